"""Side requests of chat front ends (a title, tags, follow-up questions): answered from the talk that they quote.

They are no part of any conversation: no turn is run, nothing is remembered.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ....tools.normalize import has_chinese
from .history import Talk
from .markdown import emphasized

_LINE = r"^[ \t]*(?:user|human|ai|assistant)[ \t]*:"
_SPOKEN = re.compile(
    rf"^[ \t]*(user|human|ai|assistant)[ \t]*:[ \t]*(.*?)(?={_LINE}|</chat_history>|\Z)", re.M | re.S | re.I
)
_PERSON = {"user", "human"}
_TITLE_WORDS, _TITLE_SIGNS = 6, 16
_COMPARED = 2
_QUOTES = "\"'“”` \n\t"


def answer_aside(talk: Talk, tag: str) -> str | None:
    """The answer to a side request, None when the message is part of a conversation.

    It is one when a single message quotes a talk line by line and names one of the tasks of `asides.yaml`. `tag` is
    what the catalog's items are called.
    """
    words = talk.newest.words
    found = list(_SPOKEN.finditer(words))
    quoted = [(one[1].casefold() in _PERSON, one[2].strip(_QUOTES)) for one in found]
    if talk.earlier or not any(theirs for theirs, _ in quoted):
        return None
    asked, as_json = _task(words[: found[0].start()])
    if asked is None:
        return None
    answer = _answer(asked, quoted, tag)
    return json.dumps({asked: answer}, ensure_ascii=False) if as_json else str(answer)


def _task(prompt: str) -> tuple[str | None, bool]:
    """What is asked for, and whether as JSON."""
    plain = prompt.casefold()
    keyed = [task for task in _tasks() if re.search(rf'"{task}"\s*:', plain)]
    if keyed:
        return keyed[0], True
    named = [task for task, known in _tasks().items() if any(word in plain for word in known["words"])]
    return (named[0] if named else None), False


def _answer(task: str, quoted: list[tuple[bool, str]], tag: str) -> str | list[str]:
    """`quoted` is who spoke, the person or not, and what was said."""
    if task == "title":
        return _title(next(said for theirs, said in quoted if theirs))
    if task == "tags":
        return [tag]
    if task == "follow_ups":
        return _follow_ups(next((said for theirs, said in reversed(quoted) if not theirs), ""))
    return "" if task == "text" else []


def _title(said: str) -> str:
    """The first words that the person said."""
    line = next(iter(said.splitlines()), "")
    words = line.split()
    if has_chinese(line):
        return line[:_TITLE_SIGNS]
    return " ".join(words[:_TITLE_WORDS]).rstrip(",.;:!?")


def _follow_ups(reply: str) -> list[str]:
    titles = emphasized(reply)
    forms = _texts()["next"]["zh" if has_chinese(reply) else "en"]
    if len(titles) < _COMPARED:
        forms = [form for form in forms if "{second}" not in form]
    named = dict(zip(("first", "second"), titles, strict=False))
    return [form.format(**named) for form in forms if titles]


def _tasks() -> dict[str, Any]:
    return {task: known for task, known in _texts().items() if task != "next"}


@cache
def _texts() -> dict[str, Any]:
    return yaml.safe_load((files(__package__ or __name__) / "asides.yaml").read_text("utf-8"))
