"""Which kind of small talk a message is: the reply to "thanks" is not the reply to "hi"."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from ...tools.normalize import normalize

_WORDS = Path(__file__).with_name("small_talk.yaml")


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    phrases: dict[str, list[str]] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return {kind: re.compile("|".join(_bounded(one) for one in words)) for kind, words in phrases.items()}


def _bounded(phrase: str) -> str:
    escaped = re.escape(phrase)
    return rf"\b{escaped}\b" if phrase.isascii() else escaped


def kind_of(words: str, *, out_of_scope: bool) -> str:
    """An outcome of `ReplyBrief`: empty_message, prompt_request, greeting, thanks, goodbye, capabilities, ..."""
    text = normalize(words)
    found = next((kind for kind, pattern in _patterns().items() if pattern.search(text)), "")
    if not found and not any(sign.isalnum() for sign in text):
        return "empty_message"
    if out_of_scope:
        return "prompt_request" if found == "prompt_request" else "out_of_scope"
    return found or "smalltalk"
