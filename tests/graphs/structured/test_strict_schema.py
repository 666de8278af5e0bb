import copy
from typing import Any

import jsonschema
from langgraph_recommender.graphs.asking.strict_schema import strict_schema
from langgraph_recommender.graphs.understanding import TurnUnderstanding
from openai.lib._pydantic import _ensure_strict_json_schema
from pydantic import BaseModel


class Titled(BaseModel):
    """Properties may be called like keywords."""

    title: str = "x"
    default: int = 1


def keywords(node: Any, *, names: bool = False):
    if isinstance(node, dict):
        for key, value in node.items():
            if not names:
                yield key
            yield from keywords(value, names=key == "properties")
    if isinstance(node, list):
        for one in node:
            yield from keywords(one)


def test_openai_has_nothing_left_to_make_strict():
    schema = copy.deepcopy(strict_schema(TurnUnderstanding))
    assert _ensure_strict_json_schema(schema, path=(), root=schema) == strict_schema(TurnUnderstanding)


def test_no_keyword_that_strict_mode_refuses():
    used = set(keywords(strict_schema(TurnUnderstanding)))
    assert used.isdisjoint({"default", "$ref", "$defs", "oneOf", "allOf", "prefixItems", "minLength", "format"})


def test_a_full_understanding_is_valid_against_it():
    value = TurnUnderstanding(intent="recommend", language="en").model_dump(mode="json")
    jsonschema.validate(value, strict_schema(TurnUnderstanding))


def test_properties_named_like_keywords_stay():
    assert list(strict_schema(Titled)["properties"]) == ["title", "default"]
    assert strict_schema(Titled)["required"] == ["title", "default"]
