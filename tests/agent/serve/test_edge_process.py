"""`recommender serve` as a process: it ends in peace, and refuses what it cannot use."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_recommender.agent.cli import main

SHOP = "id,title,category,price\n" + "".join(f"{at},Lamp {at},lamps,{at * 10}\n" for at in range(1, 21))
SLOW_S = 1.0
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "shop.csv").write_text(SHOP, "utf-8")
    return folder


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from langgraph_recommender.agent.cli import main; main()"]
        process = subprocess.Popen(
            [*command, "serve", "--catalog", str(home / "shop.csv"), "--port", "0", *arguments],
            env={**os.environ, "RECOMMENDER_HOME": str(home), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = next(line for line in process.stdout if "http://" in line)
    return next(word for word in line.split() if word.startswith("http://")).rstrip("/")


@pytest.fixture
def slow_model() -> Iterator[tuple[str, threading.Event]]:
    """A hosted model that thinks for a second, and then fails."""
    asked = threading.Event()

    class Thinking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.set()
            time.sleep(SLOW_S)
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Thinking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    server.shutdown()


def test_a_server_that_is_stopped_ends_the_turn_in_flight(
    start: Start, slow_model: tuple[str, threading.Event]
) -> None:
    base, thinking = slow_model
    process = start(
        "--model", "openai:slow", OPENAI_API_KEY="none", RECOMMENDER_BASE_URL=base, RECOMMENDER_MAX_RETRIES="0"
    )
    url = url_of(process)
    with ThreadPoolExecutor(2) as pool:
        whole = pool.submit(httpx.post, f"{url}/api/chat", json={"message": "a lamp under 60"}, timeout=180)
        assert thinking.wait(180)
        process.send_signal(signal.SIGTERM)
        answer = whole.result()
    assert answer.status_code == 200
    assert answer.json()["turn"]["recommendations"]
    assert process.wait(60) == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}/health")
    _, errors = process.communicate()
    logged = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
    assert [line["status"] for line in logged if line["message"] == "request"] == [200]
    assert "lamp under" not in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "no YAML or JSON"), ('[{"key": "a-secret-0123456789"}]', "key 1, user"), (None, "No such file")],
)
def test_a_wrong_keys_file_ends_it_with_its_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str | None, said: str
) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--keys", str(path)])
    errors = capsys.readouterr().err
    assert ended.value.code == 2
    assert str(path) in errors
    assert said in errors
    assert "a-secret" not in errors


def test_a_wrong_setting_ends_it_with_its_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_TRUSTED_PROXIES", "everybody")
    with pytest.raises(SystemExit) as ended:
        main(["serve"])
    assert ended.value.code == 2
    assert "RECOMMENDER_TRUSTED_PROXIES" in capsys.readouterr().err


def test_a_wrong_correction_ends_it_with_its_name(start: Start) -> None:
    process = start(RECOMMENDER_CORRECT="nonsense=0.2")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "nonsense" in errors
