"""The Gradio example as a process, spoken to with Gradio's own client in its own environment."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-gradio" / "bin" / "python"
pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="make .venv-gradio/.ready")
TALK = """
import sys
from gradio_client import Client

client = Client(sys.argv[1], verbose=False)
for words in ("a laptop under 1500", "cheaper, please", "100美元以下的香水", "<script>alert(1)</script>"):
    print(client.predict(words, api_name="/answer"))
    print("----")
"""


@pytest.mark.usefixtures("products")
def test_a_conversation(home: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {**os.environ, "RECOMMENDER_HOME": str(home), "GRADIO_ANALYTICS_ENABLED": "0"}
    environment |= {"GRADIO_SERVER_PORT": str(port), "HF_HUB_OFFLINE": "1"}
    command = [str(PYTHON), "-P", str(ROOT / "examples" / "gradio" / "chat.py")]
    served = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/", served)
        talked = subprocess.run(
            [str(PYTHON), "-c", TALK, f"http://127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
        )
    finally:
        served.terminate()
        served.wait(timeout=20)
    assert talked.returncode == 0, talked.stderr
    first, second, third, _, _ = talked.stdout.split("----\n")
    assert "Laptop" in first
    assert "laptops" in second
    assert "香水" in third


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("It never answered.")
