"""`recommender chat` as a person and as a program use it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("products")

FIELDS = {
    "reply",
    "intent",
    "language",
    "emotion",
    "recommendations",
    "question",
    "tool_calls",
    "model_calls",
    "degraded",
    "latency_ms",
}


def chat(home: Path, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    code = "from langgraph_recommender.agent.cli import main; main()"
    variables = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI")}
    return subprocess.run(
        [sys.executable, "-c", code, "chat", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env={**variables, "RECOMMENDER_HOME": str(home), **environment},
    )


def turns(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_arguments_are_turns_of_one_conversation(own_home: Path) -> None:
    first, second = turns(
        chat(own_home, "--catalog", "products", "--json", "a laptop under 1500", "why the first one?")
    )
    assert set(first) >= FIELDS
    assert set(first["recommendations"][0]) >= {"id", "title", "score", "reasons", "disclosures"}
    assert first["recommendations"][0]["title"] in second["reply"]


def test_a_pipe_is_a_conversation_that_a_thread_goes_on_with(own_home: Path) -> None:
    (shown,) = turns(chat(own_home, "--catalog", "products", "--json", "--thread", "t", stdin="perfume under 100\n"))
    (again,) = turns(chat(own_home, "--catalog", "products", "--json", "--thread", "t", "what did you show me before?"))
    assert all(one["title"] in again["reply"] for one in shown["recommendations"])


def test_a_person_sees_a_table_with_reasons_and_the_question(own_home: Path) -> None:
    done = chat(own_home, "--catalog", "products", "something for my kitchen")
    assert done.returncode == 0
    assert "why" in done.stdout
    assert "1 │" in done.stdout
    assert done.stdout.rstrip().endswith("?")


def test_odd_lines_from_a_pipe_are_answered_each(own_home: Path) -> None:
    said = turns(chat(own_home, "--catalog", "products", "--json", stdin="\n😀\nhello\n👍👍\n你好\n"))
    outcomes = ["empty_message", "empty_message", "greeting", "thanks", "greeting"]
    assert [turn["outcome"] for turn in said] == outcomes
    assert said[-1]["language"] == "zh"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--catalog", "bokos"], ["bokos", "books"]),
        (["--catalog", "none.csv"], ["none.csv"]),
        (["--catalog", "products", "--model", "opnai:gpt-5"], ["opnai", "openai"]),
        (["--catalog", "products", "--model", "openai:gpt-5-mini"], ["OPENAI_API_KEY", "offline"]),
        (["--catalog", "products", "--policies", "none.yaml"], ["none.yaml"]),
    ],
)
def test_bad_input_is_said_in_one_line(own_home: Path, arguments: list[str], words: list[str]) -> None:
    done = chat(own_home, *arguments, "hello")
    assert done.returncode == 2
    assert all(word in done.stderr for word in words)
    assert "Traceback" not in done.stderr


def test_a_server_that_is_down_degrades_and_says_so(own_home: Path) -> None:
    (turn,) = turns(
        chat(
            own_home,
            *("--catalog", "products", "--json", "--model", "openai:x", "--base-url", "http://127.0.0.1:9"),
            "a laptop",
        )
    )
    assert turn["recommendations"]
    assert len(turn["degraded"]) == 2


def test_a_conversation_file_that_is_no_database_is_named(own_home: Path) -> None:
    (own_home / "threads.sqlite").write_text("no database at all", "utf-8")
    done = chat(own_home, "--catalog", "products", "hello")
    assert done.returncode == 2
    assert "threads.sqlite" in done.stderr
    assert (own_home / "threads.sqlite").read_text("utf-8") == "no database at all"
