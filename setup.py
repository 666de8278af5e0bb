"""Maps the four top folders into one import namespace, `langgraph_recommender`."""

from setuptools import find_packages, setup

ROOMS = ("agent", "tools", "graphs", "evals")
NAMESPACE = "langgraph_recommender"
DATA = (
    "*.safetensors",
    "*.yaml",
    "*.json",
    "*.jsonl.gz",
    "*.csv.gz",
    "*.md",
    "*.jpg",
    "*.npz",
    "*.html",
    "*.js",
    "*.css",
    "*.svg",
    "LICENSE",
)
DEPTHS = ("", "*/", "*/*/")

packages = [f"{NAMESPACE}.{room}" for room in ROOMS] + [
    f"{NAMESPACE}.{room}.{package}" for room in ROOMS for package in find_packages(room)
]
setup(
    packages=packages,
    package_dir={f"{NAMESPACE}.{room}": room for room in ROOMS},
    package_data={package: [depth + pattern for depth in DEPTHS for pattern in DATA] for package in packages},
)
