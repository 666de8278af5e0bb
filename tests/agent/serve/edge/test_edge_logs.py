"""Logs: a line of JSON a request, without what people write unless the operator says so."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langgraph_recommender.agent.serve.edge.logs import write_json_lines
from langgraph_recommender.agent.serve.identity import keys_of

KEY = "a-key-0123456789"
NAMES = ("langgraph_recommender", "uvicorn.error")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    before = [(logger, logger.handlers, logger.propagate, logger.level) for logger in map(logging.getLogger, NAMES)]
    stream = io.StringIO()
    write_json_lines("info", stream)
    yield stream
    for logger, handlers, propagate, level in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.fixture(scope="module")
def quiet(live: Callable[..., Any]) -> Any:
    return live(keys_of({KEY: "ada.lovelace@example.org"}))


def lines(written: io.StringIO, message: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, written.getvalue().splitlines()) if line["message"] == message]


def test_a_request_is_one_line_without_what_was_written(quiet: Any, written: io.StringIO) -> None:
    answer = quiet.client(**{"X-API-Key": KEY}).post("/echo/thread-77?q=my+secret+wish", content=b"I love perfume")
    line = lines(written, "request")[0]
    assert line["method"] == "POST"
    assert line["route"] == "/echo/{thread}"
    assert line["status"] == 200
    assert line["bytes_in"] == 14
    assert line["bytes_out"] == len(answer.content)
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["address"] == "127.0.0.1"
    assert line["key"] == "key 1"
    assert line["ms"] > 0
    for secret in ("perfume", "wish", "thread-77", "ada", KEY):
        assert secret not in written.getvalue()


def test_lines_of_one_user_can_be_told_from_another_s(live: Callable[..., Any], written: io.StringIO) -> None:
    served = live()
    with served.client() as one, served.client() as other:
        for client in (one, one, other):
            client.get("/who")
    users = [line["user"] for line in lines(written, "request")]
    assert users[0] == users[1] != users[2]


def test_a_bug_is_logged_with_its_traceback_on_one_line(quiet: Any, written: io.StringIO) -> None:
    answer = quiet.client(**{"X-API-Key": KEY}).get("/boom")
    (line,) = lines(written, "A request failed.")
    assert "RuntimeError: a secret of the inside" in line["traceback"]
    assert line["request_id"] == answer.headers["x-request-id"]
    assert lines(written, "request")[0]["status"] == 500


def test_a_line_cannot_be_forged(quiet: Any, written: io.StringIO) -> None:
    headers = {"X-API-Key": KEY, "X-Request-Id": '","level":"error', "User-Agent": "a\\nb"}
    quiet.client().get('/%0a{"level":"error"}', headers=headers)
    assert [line["level"] for line in map(json.loads, written.getvalue().splitlines())] == ["info"]


def test_content_is_logged_when_the_operator_says_so(live: Callable[..., Any], written: io.StringIO) -> None:
    served = live(log_content=True)
    served.client().post("/echo/t", content="我想要香水".encode() + b"\xff" + b"x" * 10_000)
    line = lines(written, "request")[0]
    assert line["asked"].startswith("我想要香水\ufffdxxx")
    assert len(line["asked"].encode()) < 4_100
    assert json.loads(line["answered"]) == {"thread": "t", "length": 10_016}


def test_refusals_are_logged_too(quiet: Any, written: io.StringIO) -> None:
    quiet.client(**{"X-API-Key": "guess-guess-guess"}).get("/who")
    line = lines(written, "request")[0]
    assert (line["status"], line.get("user")) == (401, None)
    assert "guess" not in written.getvalue()


def test_a_client_that_leaves_in_the_middle_is_no_bug(live: Callable[..., Any], written: io.StringIO) -> None:
    served = live()
    with served.raw() as connection:
        connection.sendall(b"POST /echo/t HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it")
        time.sleep(0.2)
    deadline = time.monotonic() + 5
    while not (found := lines(written, "request")):
        assert time.monotonic() < deadline
    assert found[0]["status"] == 499
    assert "Traceback" not in written.getvalue()
