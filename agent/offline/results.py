"""An answer from what the tools returned: items by title, facts by name, errors as they are."""

from __future__ import annotations

import json
from typing import Any

from langchain_core.messages import ToolMessage

from ...tools.items import Language
from ...tools.normalize import has_chinese
from .evidence import shown
from .request import Request

_LISTED_AT_MOST = 10
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "items": "Here is what I found:",
        "none": "I found nothing for that.",
        "failed": "That did not work: {}",
        "colon": ": ",
    },
    "zh": {"items": "为您找到：", "none": "没有找到符合的结果。", "failed": "没有成功：{}", "colon": "："},
}


def answer_from_results(request: Request) -> str:
    """Says what the results of this turn hold, in the language of the question."""
    language: Language = "zh" if has_chinese(request.text) else "en"
    told = dict.fromkeys(_told(one, language) for one in request.results)
    return "\n".join(told)


def _told(result: ToolMessage, language: Language) -> str:
    say = _WORDS[language]
    if result.status == "error":
        return say["failed"].format(result.text.strip())
    items = shown(result)
    if len(items) > 1:
        lines = [f"{place}. {item.title}" for place, item in enumerate(items[:_LISTED_AT_MOST], start=1)]
        return "\n".join([say["items"], *lines])
    try:
        value = json.loads(result.text)
    except json.JSONDecodeError:
        return result.text.strip() or say["none"]
    return "\n".join(_lines(value, say["colon"])) or say["none"]


def _lines(value: Any, colon: str, name: str = "") -> list[str]:
    """JSON as lines a person can read: `name: value`; ids are for programs and left out."""
    if isinstance(value, dict):
        return [line for key, one in value.items() if not _is_id(key) for line in _lines(one, colon, _spoken(key))]
    if isinstance(value, list):
        plain = [str(one) for one in value[:_LISTED_AT_MOST] if not isinstance(one, dict | list)]
        rest = [line for one in value[:_LISTED_AT_MOST] if isinstance(one, dict | list) for line in _lines(one, colon)]
        return [*([f"{name}{colon}{', '.join(plain)}" if name else ", ".join(plain)] if plain else []), *rest]
    if value is None or value == "":
        return []
    return [f"{name}{colon}{value}" if name else str(value)]


def _is_id(key: str) -> bool:
    return key == "id" or key.endswith("_id")


def _spoken(key: str) -> str:
    return key.replace("_", " ")
