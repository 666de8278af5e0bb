"""What a message offers for the arguments of a tool: numbers, quotations, names, and items that results have shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from langchain_core.messages import BaseMessage, ToolMessage

from ...tools.normalize import normalize

_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\d.]*\w*\d)")
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|「([^」]+)」|《([^》]+)》|‘([^’]+)’|(?<!\w)'([^']+)'(?!\w)")
_NAME = re.compile(r"(?<=[a-z0-9,;:)] )(?:[A-Z][\w'&-]*)(?:(?:,? | of | the )[A-Z][\w'&-]*)*")
_PREPOSITION = re.compile(r"\b(?:in|at|near|from|to|for|about|of|on|named|called)\s+", re.IGNORECASE)
_IDS = ("id", "item_id", "key", "sku", "code")
_TITLES = ("title", "name", "label")
_WORDS = {
    word: value
    for value, row in enumerate(
        (
            "zero 零",
            "one 一",
            "two 二 两",
            "three 三",
            "four 四",
            "five 五",
            "six 六",
            "seven 七",
            "eight 八",
            "nine 九",
            "ten 十",
        )
    )
    for word in row.split()
}
_NUMBER_WORD = re.compile(r"\b(?:" + "|".join(word for word in _WORDS if word.isascii()) + r")\b", re.IGNORECASE)
_CHINESE_NUMBER = re.compile(r"(?<![第\d])[零一二两三四五六七八九十](?=[个本部家件张份条位台款])")


class Found(NamedTuple):
    """A number and where it stands."""

    value: float
    start: int
    end: int


class Known(NamedTuple):
    """An item that a tool's result has shown."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that arguments may be taken from."""

    text: str
    numbers: tuple[Found, ...]
    quotations: tuple[str, ...]
    names: tuple[str, ...]
    """Capitalised phrases that do not start a sentence."""
    phrases: tuple[str, ...]
    """What follows a preposition."""
    newest: tuple[Known, ...]
    """Items of the newest result that showed some, in its order."""
    known: tuple[Known, ...]
    """Items of all results, newest first."""


def gather(text: str, messages: Sequence[BaseMessage]) -> Evidence:
    """The evidence in a message of the person and in the tool results of the conversation."""
    lists = [items for one in reversed(messages) if isinstance(one, ToolMessage) and (items := shown(one))]
    return Evidence(
        text=text,
        numbers=tuple(_numbers(text)),
        quotations=tuple(next(filter(None, found)) for found in _QUOTED.findall(text)),
        names=tuple(found.group() for found in _NAME.finditer(text)),
        phrases=tuple(_phrases(text)),
        newest=lists[0] if lists else (),
        known=tuple(dict.fromkeys(one for items in lists for one in items)),
    )


def _phrases(text: str) -> Iterator[str]:
    for part in _PREPOSITION.split(text)[1:]:
        phrase = re.split(r"[?!;]", part)[0].strip(" .")
        if phrase and not phrase[0].isdigit():
            yield phrase


def shown(message: ToolMessage) -> tuple[Known, ...]:
    """The items in a result: every JSON object in it with an id and a title."""
    try:
        value = json.loads(message.text)
    except json.JSONDecodeError:
        return ()
    return tuple(dict.fromkeys(_items(value)))


def _items(value: Any) -> Iterator[Known]:
    if isinstance(value, list):
        for one in value:
            yield from _items(one)
    if not isinstance(value, dict):
        return
    item_id, title = _first(value, _IDS), _first(value, _TITLES)
    if item_id and title:
        yield Known(item_id, title)
    for one in value.values():
        yield from _items(one)


def _first(value: dict[str, Any], keys: Sequence[str]) -> str:
    return next((str(value[key]) for key in keys if isinstance(value.get(key), str | int)), "")


def _numbers(text: str) -> Iterator[Found]:
    found = [Found(float(one.group().replace(",", "")), one.start(), one.end()) for one in _NUMBER.finditer(text)]
    for pattern in (_NUMBER_WORD, _CHINESE_NUMBER):
        found += [Found(_WORDS[one.group().lower()], one.start(), one.end()) for one in pattern.finditer(text)]
    yield from sorted(found, key=lambda one: one.start)


_ORDINALS = {
    place: re.compile(pattern, re.IGNORECASE)
    for place, pattern in enumerate(
        (
            r"\b(?:first|1st)\b|第[一1]", r"\b(?:second|2nd)\b|第[二2]", r"\b(?:third|3rd)\b|第[三3]",
            r"\b(?:fourth|4th)\b|第[四4]", r"\b(?:fifth|5th)\b|第[五5]",
        )
    )
}  # fmt: skip
_FIRST_SOME = re.compile(r"\b(?:first|top) (two|three|four|five|\d)\b|前([两二三四五\d])", re.IGNORECASE)
_LAST = re.compile(r"\blast one\b|最后一", re.IGNORECASE)
_ALL = re.compile(r"\b(?:both|all|these|those|them)\b|这些|它们|这几|全部", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|that|this|that one|this one)\b|它|这个|那个|这本|这部|这家", re.IGNORECASE)


def items_meant(evidence: Evidence) -> tuple[str, ...]:
    """Ids of the items the message is about: by id, by title, by place in the newest list, or by pronoun."""
    folded = f" {normalize(evidence.text)} "
    named = [one.id for one in evidence.known if _says(folded, one)]
    if named:
        return tuple(dict.fromkeys(named))
    newest = [one.id for one in evidence.newest]
    if found := _FIRST_SOME.search(evidence.text):
        word = (found.group(1) or found.group(2)).lower()
        return tuple(newest[: int(word) if word.isdigit() else _WORDS[word]])
    places = [place for place, pattern in _ORDINALS.items() if pattern.search(evidence.text) and place < len(newest)]
    if places:
        return tuple(newest[place] for place in places)
    if _LAST.search(evidence.text):
        return tuple(newest[-1:])
    if _ALL.search(evidence.text):
        return tuple(newest)
    return tuple(newest[:1]) if _IT.search(evidence.text) else ()


def _says(folded: str, item: Known) -> bool:
    edge = r"(?<![\w]){}(?![\w])"
    title = normalize(item.title)
    said = title in folded if not title.isascii() else re.search(edge.format(re.escape(title)), folded)
    return bool(said) or bool(re.search(edge.format(re.escape(normalize(item.id))), folded))
