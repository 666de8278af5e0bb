"""How a message turns the need: it replaces a condition, or it begins another need."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....graphs.briefs import UnderstandBrief
from ....graphs.understanding import Intent
from ....tools.constraints import NEGATIVE, Constraint, Op, matches
from ....tools.items import Facet, FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .cues import cue
from .query import noun_pattern
from .reading import Reading
from .relaxation import EVERYTHING, starts_over
from .text import Message

_BESIDE = 6
"""Characters between the name of a facet and a value of it."""


def replaces(message: Message) -> bool:
    """ "actually make it", 改成: what is said now stands in the place of what was said of the same facet."""
    return cue("instead").search(message.text) is not None and not _adds(message)


def _adds(message: Message) -> bool:
    return cue("additive").search(message.text) is not None


def replaced_facets(reading: Reading, brief: UnderstandBrief, lexicon: CatalogLexicon) -> tuple[str, ...]:
    """Facets whose earlier conditions give way to what is said now."""
    wanted = [one for one in reading.constraints if one.hard and one.op not in NEGATIVE]
    replaced = [one.facet for one in wanted if replaces(reading.message) or _widens(one, brief)]
    return tuple(dict.fromkeys([*replaced, *_outgrown(reading, brief, lexicon)]))


def _widens(wanted: Constraint, brief: UnderstandBrief) -> bool:
    """Whether it lets through what was asked for before, and more."""
    before = [one for one in brief.constraints if one.facet == wanted.facet and one.op in (Op.EQ, Op.IN)]
    return wanted.op is Op.IN and any(set(one.values) < set(wanted.values) for one in before)


def _outgrown(reading: Reading, brief: UnderstandBrief, lexicon: CatalogLexicon) -> tuple[str, ...]:
    """Apple, then perfume: the kind of thing asked for now is not made by whoever was named before."""
    kind, makers = lexicon.by_role(FacetRole.CATEGORY), map(lexicon.by_role, (FacetRole.BRAND, FacetRole.CREATOR))
    if kind is None or _adds(reading.message) or _is_named(reading, kind):
        return ()
    now = [one for one in reading.constraints if one.facet == kind.name and one.hard and one.op not in NEGATIVE]
    names = {one.name for one in makers if one is not None} if now else set()
    before = [one for one in brief.constraints if one.facet in names and one.hard and one.op not in NEGATIVE]
    return tuple(one.facet for one in before if not _together([*now, one], lexicon))


def _together(constraints: Sequence[Constraint], lexicon: CatalogLexicon) -> bool:
    items = lexicon.items.values()
    return any(all(matches(one, item.facets.get(one.facet)) for one in constraints) for item in items)


def begins_anew(reading: Reading, brief: UnderstandBrief, lexicon: CatalogLexicon, query: str) -> bool:
    """Starting over in so many words, another kind of thing, or a fresh request in full."""
    message = reading.message
    if starts_over(message):
        return True
    if (EVERYTHING in reading.relaxed and not brief.constraints) or reading.answer.constraints:
        return False
    if _next_request(reading, brief, lexicon):
        return True
    if not (brief.constraints or brief.last_query) or replaces(message) or _adds(message) or reading.references:
        return False
    return _another_kind(reading, brief, lexicon) or _another_occasion(reading, brief, lexicon, query)


def _another_kind(reading: Reading, brief: UnderstandBrief, lexicon: CatalogLexicon) -> bool:
    facet = lexicon.by_role(FacetRole.CATEGORY)
    if facet is None or _is_named(reading, facet):
        return False
    before, now = _kinds(brief.constraints, facet), _kinds(reading.constraints, facet)
    if not before or not now or before & now:
        return False
    return facet.kind is not FacetKind.MULTI or _asks_in_full(reading)


def _kinds(constraints: Sequence[Constraint], facet: Facet) -> set[object]:
    wanted = [one for one in constraints if one.facet == facet.name and one.hard and one.op not in NEGATIVE]
    return {value for one in wanted for value in one.values}


def _is_named(reading: Reading, facet: Facet) -> bool:
    """ "category laptops" speaks of the facet, so it says nothing of the rest."""
    named = [one for one in reading.names if one.facet == facet.name]
    held = [one for one in reading.values if one.facet == facet.name]
    return any(-1 <= one.start - name.end <= _BESIDE for name in named for one in held)


def _another_occasion(reading: Reading, brief: UnderstandBrief, lexicon: CatalogLexicon, query: str) -> bool:
    """ "a gift for my mum", "now something for the garden", "recommend me a book about Rome"."""
    text = reading.message.text
    if not query or reading.critiques or reading.more or reading.feedback or query in brief.last_query:
        return False
    if (gift := cue("occasion").search(text)) and not cue("occasion").search(brief.last_query):
        return not cue("pronoun_one").search(text[: gift.start()])
    if cue("next_need").match(text):
        return True
    return bool(brief.last_query) and _names_kind(text, lexicon, 8) and _asks_in_full(reading)


def _next_request(reading: Reading, brief: UnderstandBrief, lexicon: CatalogLexicon) -> bool:
    """Another need, asked for in full once the talk of the last list was over: several conditions, or another occasion.

    A catalog of one kind of thing has no other sign of it: "tomorrow I'd like a restaurant that has noodles".
    """
    text = reading.message.text
    if brief.last_intent in (None, Intent.RECOMMEND, Intent.REFINE) or cue("narrows").search(text):
        return False
    if any(one.kind != "pronoun" for one in reading.references) or reading.critiques or not brief.constraints:
        return False
    stated = {one.facet for one in reading.constraints if one.hard and one.op not in NEGATIVE}
    several = len(stated) > 1 or (bool(stated) and cue("later_need").search(text) is not None)
    return several and _names_kind(text, lexicon, 60) and _asks_in_full(reading)


def _names_kind(text: str, lexicon: CatalogLexicon, reach: int) -> bool:
    """ "a book", 一家餐馆, with at most so many characters between; "this restaurant" asks for none."""
    nouns = noun_pattern(lexicon)
    english = rf"\b(?:a|an|some|any|good|another)\s(?:\w+\s){{0,3}}(?:{nouns})\b"
    chinese = (
        rf"(?<![这那该哪其])(?:一(?![下些样起])|[几点些个本部家])(?:(?![这那该])[^。！？!?]){{0,{reach}}}?(?:{nouns})"
    )
    return re.search(f"{english}|{chinese}", text) is not None


def _asks_in_full(reading: Reading) -> bool:
    """A fresh request, not "more" or "also"."""
    text = reading.message.text
    return cue("fresh_request").search(text) is not None and cue("all_of").match(text) is None and not reading.more
