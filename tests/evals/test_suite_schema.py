"""The JSON Schema of a suite: current, true of what ships, and as strict as the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from langgraph_recommender.evals.cli import evaluate
from langgraph_recommender.evals.suite import read_suite, shipped_suites
from langgraph_recommender.evals.suite.parsing import parse
from langgraph_recommender.evals.suite.schema import SCHEMA_FILE, schema_text, suite_schema
from langgraph_recommender.tools.errors import SuiteError
from typer.testing import CliRunner

VALIDATOR = Draft202012Validator(suite_schema())
GOOD = """\
# yaml-language-server: $schema=suite.schema.json
suite: shop
catalog: [books, movies]
tags: shop
conversations:
  - name: "{kind}"
    vars: {kind: [lamp, chair], n: [1, 2], sure: true}
    sample: 2
    user: ann
    profile: {likes: lamps, language: zh}
    policies: {one_at_a_time: "{sure}", block_where: [price > 100]}
    turns:
      - say: a {kind}
        paraphrases: ["{kind}!", "请给我一个{kind}"]
        expect: {intent: [recommend, refine], shown: {at_least: "{n}", lower_than_before: price}, question: brand}
      - answer: {brand: {say: no, means: brand != Borg}, else: whatever}
        expect: {shown: none, question: false, emotion: {recognised: sad, acknowledged: true}, latency_ms: 800}
        hope: {model_calls: 0}
    at_end: {no_repeats: true, tools: {only: []}, profile: {empty: false}}
simulations:
  - {name: ten people, persona: decided, count: 10, seed: 3, budget: 5}
"""


def problems(text: str) -> list[str]:
    data, _ = parse(text, "suite.yaml")
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in VALIDATOR.iter_errors(data)]


def test_it_is_a_schema_and_the_copy_is_current() -> None:
    Draft202012Validator.check_schema(suite_schema())
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run `recommender eval --schema` and keep it"


def test_the_command_prints_it() -> None:
    printed = CliRunner().invoke(evaluate, ["--schema"])
    assert printed.exit_code == 0
    assert printed.stdout == schema_text()


def test_every_key_is_described() -> None:
    schema = suite_schema()
    models = {"SuiteSpec": schema, **{key: one for key, one in schema["$defs"].items() if "properties" in one}}
    bare = [
        f"{name}.{key}"
        for name, one in models.items()
        for key, part in one["properties"].items()
        if not _described(part, schema)
    ]
    assert bare == []


def _described(part: dict[str, Any], schema: dict[str, Any]) -> bool:
    ref = str(part.get("$ref", "")).rpartition("/")[2]
    return "description" in part or "description" in schema["$defs"].get(ref, {})


@pytest.mark.parametrize("path", shipped_suites(), ids=lambda path: path.stem)
def test_what_ships_is_valid(path: Path) -> None:
    assert problems(path.read_text(encoding="utf-8")) == []


def test_every_short_form_is_valid() -> None:
    assert problems(GOOD) == []
    assert len(read_suite(GOOD).conversations) == 2


WRONG = [
    ("intent: [recommend, refine]", "intent: [recommend, refined]"),
    ("shown: none", "shown: nothing"),
    ('at_least: "{n}"', "at_least: -1"),
    ('at_least: "{n}"', "at_leest: 1"),
    ("question: false", "question: 7"),
    ("hope:", "hopes:"),
    ("language: zh", "language: fr"),
    ("    user: ann\n", ""),
    ("      - say: a {kind}\n", "      - image: a.png\n"),
    ("vars: {kind: [lamp, chair], n", "vars: {kind: [], n"),
    ("budget: 5", "budget: 0"),
    ("persona: decided, ", ""),
    ("suite: shop", "name: shop"),
]


@pytest.mark.parametrize(("old", "new"), WRONG, ids=[one[1].strip() or one[0].strip() for one in WRONG])
def test_what_the_reader_refuses_is_invalid(old: str, new: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    assert problems(text)
    with pytest.raises(SuiteError):
        read_suite(text)
