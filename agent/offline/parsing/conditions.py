"""All conditions of a message: values, bounds, leanings, yes-or-no facets, and "not that brand"."""

from __future__ import annotations

import re

from ....tools.constraints import Constraint, Op
from ....tools.items import Facet, FacetKind, FacetRole, FacetValue
from ..lexicon import CatalogLexicon
from .critiques import leaning_constraints
from .cues import cue
from .facets import NameSpan
from .kinds import kind_constraint
from .moods import mood_constraints
from .negation import denied
from .parts import Parts
from .text import Message, Span, overlaps
from .values import value_constraints


def find_conditions(parts: Parts) -> list[Constraint]:
    """The conditions, in the order of the kinds above."""
    disliked = {(one.wish.facet, one.wish.value) for one in parts.statements if one.wish.weight < 0}
    said = value_constraints(parts.message, parts.lexicon, parts.values, parts.names, disliked)
    said = [_widened(_as_stated(one, parts), parts) for one in said]
    kinds = [one for one in said if _is_category(parts.lexicon, one)]
    kinds = kinds or [one for one in parts.brief.constraints if _is_category(parts.lexicon, one)]
    categories = [str(value) for one in kinds for value in one.values]
    bounded = {bound.constraint.facet for bound in parts.bounds}
    leanings = leaning_constraints(parts.pointed, parts.lexicon, categories, parts.relative)
    stated = [
        *said,
        *(bound.constraint for bound in parts.bounds),
        *(one for one in leanings if one.facet not in bounded),
        *parts.than.values(),
        *_yes_or_no(parts),
        *_not_that(parts),
        *_kinds(parts),
    ]
    return [*stated, *mood_constraints(parts.moods, parts.lexicon, stated)]


def _kinds(parts: Parts) -> list[Constraint]:
    facet = parts.lexicon.by_role(FacetRole.CATALOG)
    return kind_constraint(facet.name, [one.label for one in parts.lexicon.kinds], parts.kinds) if facet else []


def _as_stated(constraint: Constraint, parts: Parts) -> Constraint:
    """What the person likes in general, or wants something like, is a wish for now; what they refuse holds."""
    liked = {(one.wish.facet, one.wish.value) for one in parts.statements if one.wish.weight > 0} | parts.alike
    positive = constraint.op not in (Op.NE, Op.NOT_IN)
    wished = positive and any((constraint.facet, value) in liked for value in constraint.values)
    return constraint.model_copy(update={"hard": False}) if wished else constraint


def _widened(constraint: Constraint, parts: Parts) -> Constraint:
    """ "English is fine too", after Chinese: either."""
    before = [one for one in parts.brief.constraints if one.facet == constraint.facet and one.op in (Op.EQ, Op.IN)]
    ends = [
        one.end for one in parts.values if one.facet == constraint.facet and set(one.values) & set(constraint.values)
    ]
    fine = any(re.match(rf"\s*(?:{cue('also_fine').pattern})", parts.message.text[end:]) for end in ends)
    if not before or not fine or constraint.op not in (Op.EQ, Op.IN):
        return constraint
    values = tuple(dict.fromkeys(value for one in (*before, constraint) for value in one.values))
    return constraint.model_copy(update={"op": Op.IN, "value": values})


def _is_category(lexicon: CatalogLexicon, one: Constraint) -> bool:
    facet = lexicon.facet(one.facet)
    return facet is not None and facet.role is FacetRole.CATEGORY and one.op in (Op.EQ, Op.IN)


def _yes_or_no(parts: Parts) -> list[Constraint]:
    """ "with wifi", "in stock", "free"; a negation right before, or "no" behind, turns a boolean round."""
    found: list[Constraint] = []
    message, lexicon = parts.message, parts.lexicon
    for start, end, facet in parts.flags:
        if overlaps(Span(start, end), parts.relaxed_spans):
            continue
        no = denied(message.text, start) or _answered_no(message.text, end)
        if facet.kind is FacetKind.BOOLEAN:
            found.append(Constraint(facet=facet.name, op=Op.EQ, value=not no))
        elif facet.kind is FacetKind.NUMERIC and not no:
            found.append(Constraint(facet=facet.name, op=Op.GT, value=0.0))
    price = lexicon.by_role(FacetRole.PRICE)
    if price is not None and cue("free").search(message.text):
        found.append(Constraint(facet=price.name, op=Op.EQ, value=0.0))
    return list(dict.fromkeys(found))


def _answered_no(text: str, end: int) -> bool:
    """ "organic: no", 有机：否."""
    return re.match(rf"\s*(?:is |are |[:=是])?\s*(?:{cue('flag_no').pattern})", text[end:]) is not None


def _not_that(parts: Parts) -> list[Constraint]:
    """ "not that brand": the value of the item referred to, or of the first that was shown, is refused."""
    shown = {one.id: one for one in parts.brief.shown}
    named = [item for one in parts.references if one.kind != "pronoun" for item in one.ids if item in shown]
    ids = named or list(shown)[:1]
    found: list[Constraint] = []
    for name in parts.names:
        facet = parts.lexicon.facet(name.facet)
        value = shown[ids[0]].facets.get(name.facet) if ids else None
        if value and _textual(facet) and _refuses(parts.message, name):
            found.append(_refusal(name.facet, value))
    return list(dict.fromkeys(found))


def _textual(facet: Facet | None) -> bool:
    return facet is not None and facet.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI)


def _refuses(message: Message, name: NameSpan) -> bool:
    """Whether "not that" stands right before the facet's name; "another" is a direction, not a refusal."""
    before = message.text[: name.start]
    said = [match.group() for match in cue("not_that").finditer(before) if not before[match.end() :].strip(" 的个")]
    return bool(said) and cue("different").fullmatch(said[-1]) is None


def _refusal(facet: str, value: FacetValue) -> Constraint:
    values = value if isinstance(value, tuple) else (value,)
    if len(values) == 1:
        return Constraint(facet=facet, op=Op.NE, value=values[0])
    return Constraint(facet=facet, op=Op.NOT_IN, value=values)
