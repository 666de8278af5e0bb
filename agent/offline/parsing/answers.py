"""The answer to the question that the last reply asked: a value, a place among the choices, yes, no, or "any"."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ....graphs.briefs import UnderstandBrief
from ....tools.constraints import Constraint, Op
from ....tools.constraints.model import Scalar
from ....tools.constraints.values import canonical_value
from ....tools.items import Facet, FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .amounts import find_amounts
from .cues import cue
from .text import Message, stem, words

_LONGEST = 60
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_CHINESE = "一二三四五"
_EDGES = " .,!?。，！？~"


class Answer(NamedTuple):
    """What the answer says: conditions, the facet given up, or a bare yes or no."""

    constraints: tuple[Constraint, ...] = ()
    relaxed: tuple[str, ...] = ()
    word: Literal["yes", "no", ""] = ""


def bare_word(message: Message) -> Literal["yes", "no", ""]:
    """Whether the message is nothing but a yes or a no."""
    said = message.text.strip(_EDGES)
    if cue("answer_yes").fullmatch(said):
        return "yes"
    return "no" if cue("answer_no").fullmatch(said) else ""


def read_answer(message: Message, brief: UnderstandBrief, lexicon: CatalogLexicon) -> Answer:
    """The answer, empty when nothing was asked or the message is about something else."""
    word = bare_word(message)
    facet = lexicon.facet(brief.asked_facet) if brief.asked_facet else None
    said = message.text.strip(_EDGES)
    if facet is None or len(said) > _LONGEST:
        return Answer(word=word)
    if cue("relax_answer").fullmatch(said):
        return Answer(relaxed=(facet.name,), word=word)
    if word:
        return _yes_or_no(facet, brief.asked_values, word)
    if (chosen := _chosen(said, brief.asked_values) or _coded(message, facet, lexicon)) is not None:
        return Answer(
            constraints=(Constraint(facet=facet.name, op=Op.EQ, value=_typed(facet, canonical_value(facet, chosen))),)
        )
    return Answer(constraints=_number(message, facet))


def _yes_or_no(facet: Facet, values: tuple[str, ...], word: Literal["yes", "no"]) -> Answer:
    if facet.kind is FacetKind.BOOLEAN:
        return Answer((Constraint(facet=facet.name, op=Op.EQ, value=word == "yes"),), word=word)
    if len(values) == 1:
        op = Op.EQ if word == "yes" else Op.NE
        return Answer((Constraint(facet=facet.name, op=op, value=_typed(facet, values[0])),), word=word)
    return Answer(relaxed=(facet.name,) if word == "no" else (), word=word)


def _chosen(said: str, values: tuple[str, ...]) -> str | None:
    """The value at the place that was said, or the one that holds all the words."""
    if match := cue("choice_place").fullmatch(said):
        place = _place(next(group for group in match.groups() if group), len(values))
        return values[place] if 0 <= place < len(values) else None
    asked = {stem(word) for word in words(said)}
    fitting = [value for value in values if asked and asked == {stem(word) for word in words(value)}]
    return fitting[0] if len(fitting) == 1 else None


def _coded(message: Message, facet: Facet, lexicon: CatalogLexicon) -> str | None:
    """The one value of the facet asked about that a number or letter alone stands for: "let's say 798"."""
    said = words(cue("answer_filler").sub(" ", message.text))
    held = [value for name, value in lexicon.codes.get(said[0], ()) if name == facet.name] if len(said) == 1 else []
    return held[0] if len(held) == 1 else None


def _place(word: str, count: int) -> int:
    if word in ("last", "最后", "后"):
        return count - 1
    if word.isdigit():
        return int(word) - 1
    return 0 if word == "前" else _CHINESE.find(word) if word in _CHINESE else _ORDINALS.index(word)


def _typed(facet: Facet, value: str) -> Scalar:
    if facet.kind is FacetKind.BOOLEAN:
        return value.casefold() in ("true", "yes", "是", "1")
    return float(value) if facet.kind is FacetKind.NUMERIC and re.fullmatch(r"-?\d+(?:\.\d+)?", value) else value


def _number(message: Message, facet: Facet) -> tuple[Constraint, ...]:
    """A bare number answers a numeric question: a budget, a least rating, the year, a limit."""
    amounts = find_amounts(message, []) if facet.kind is FacetKind.NUMERIC else []
    if (
        len(amounts) != 1
        or message.text[: amounts[0].start].strip(" ~$€£¥")
        or message.text[amounts[0].end :].strip(_EDGES)
    ):
        return ()
    if amounts[0].high is not None:
        return (Constraint(facet=facet.name, op=Op.BETWEEN, value=(amounts[0].low, amounts[0].high)),)
    op = {FacetRole.RATING: Op.GE, FacetRole.DATE: Op.EQ}.get(facet.role, Op.LE) if facet.role else Op.LE
    return (Constraint(facet=facet.name, op=op, value=amounts[0].low),)
