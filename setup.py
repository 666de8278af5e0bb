"""Maps the four top folders into one import namespace, `langgraph_recommender`."""

from setuptools import find_packages, setup

ROOMS = ("agent", "tools", "graphs", "evals")
NAMESPACE = "langgraph_recommender"
packages = [f"{NAMESPACE}.{room}" for room in ROOMS] + [
    f"{NAMESPACE}.{room}.{package}" for room in ROOMS for package in find_packages(room)
]
DATA = ["*.yaml", "*.json", "*.jsonl", "*.jsonl.gz", "*.csv", "*.csv.gz", "*.parquet", "*.md", "*.txt", "*.jpg", "*.npz", "*.html", "LICENSE*", "py.typed"]
setup(
    packages=packages,
    package_dir={f"{NAMESPACE}.{room}": room for room in ROOMS},
    package_data={package: DATA + [f"*/{p}" for p in DATA] + [f"*/*/{p}" for p in DATA] for package in packages},
)
