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
    if items := shown(result):
        lines = [f"{place}. {item.title}" for place, item in enumerate(items[:_LISTED_AT_MOST], start=1)]
        return "\n".join([say["items"], *lines])
    try:
        value = json.loads(result.text)
    except json.JSONDecodeError:
        return result.text.strip() or say["none"]
    return _plain(value, say["colon"]) or say["none"]


def _plain(value: Any, colon: str) -> str:
    """JSON as lines a person can read; empty for an empty list or object."""
    if isinstance(value, dict):
        pairs = [(str(key).replace("_", " "), _plain(one, colon)) for key, one in value.items()]
        return "\n".join(f"{key}{colon}{text}" for key, text in pairs if text)
    if isinstance(value, list):
        return "\n".join(f"- {text}" for one in value[:_LISTED_AT_MOST] if (text := _plain(one, colon)))
    return "" if value is None else str(value)
