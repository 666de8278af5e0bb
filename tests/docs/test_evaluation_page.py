"""What docs/evaluation.md shows is read by the reader, and every key of the format is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from langgraph_recommender.evals.suite import Conversation, SuiteSpec, Turn, read_suite
from langgraph_recommender.evals.suite.expectation import AtEnd, EmotionExpectation, Expectation, ProfileFacts
from langgraph_recommender.evals.suite.parsing import parse
from langgraph_recommender.evals.suite.schema import suite_schema
from pydantic import BaseModel

PAGE = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
SUITES = [block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "\nconversations:" in f"\n{block}"]
PARTS = ("shown", "tools", "text", "profile")


def test_it_shows_suites() -> None:
    assert len(SUITES) >= 4


@pytest.mark.parametrize("text", SUITES, ids=range(len(SUITES)))
def test_each_suite_on_the_page_is_one(text: str) -> None:
    assert read_suite(text, "evaluation.md").conversations
    data, _ = parse(text, "evaluation.md")
    assert list(Draft202012Validator(suite_schema()).iter_errors(data)) == []


def test_the_names_of_the_scripts_are_as_the_page_says() -> None:
    scripts = next(text for text in SUITES if "vars:" in text)
    names = {one.name for one in read_suite(scripts.replace("    sample: {count: 4, seed: 7}\n", "")).conversations}
    assert "laptops on a budget [budget=500, said 2]" in names
    assert "`laptops on a budget [budget=500, said 2]`" in PAGE


def test_every_key_is_on_the_page() -> None:
    models = (SuiteSpec, Conversation, Turn, Expectation, EmotionExpectation, AtEnd, ProfileFacts)
    keys = {name for model in models for name in model.model_fields}
    keys |= {
        name
        for part in PARTS
        for one in _models_in(Expectation.model_fields[part].annotation)
        for name in one.model_fields
    }
    assert sorted(name for name in keys if not re.search(rf"`[^`]*\b{name}\b[^`]*`", PAGE)) == []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)
