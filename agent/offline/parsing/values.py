"""From mentioned values to constraints: alternatives, conjunctions, refusals."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

from ....tools.constraints import Constraint, Op
from ....tools.items import FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .facets import NameSpan
from .mentions import ValueMention
from .negation import had_before, is_soft, linked, qualifies, refused, refused_again
from .text import Message


def value_constraints(
    message: Message,
    lexicon: CatalogLexicon,
    mentions: list[ValueMention],
    names: Sequence[NameSpan],
    disliked: set[tuple[str, str]],
) -> list[Constraint]:
    """The conditions that the mentioned values say, those of one facet joined; `disliked` ones are refused."""
    mentions = _heads(message.text, lexicon, mentions)
    groups: dict[tuple[str, bool, bool], list[ValueMention]] = defaultdict(list)
    for mention in mentions:
        mode = _mode(message, lexicon, mention, mentions, names)
        unwanted = any((mention.facet, value) in disliked for value in mention.values)
        groups[mention.facet, *((True, False) if unwanted else mode)].append(mention)
    said = [one for key, held in groups.items() for one in _joined(message.text, lexicon, *key, held)]
    return _without_contradictions(said)


def _heads(text: str, lexicon: CatalogLexicon, mentions: list[ValueMention]) -> list[ValueMention]:
    """Of two values of a facet that holds one, side by side, the last says what it is: "apple juice"."""
    single = {facet.name for facet in lexicon.facets if facet.kind is FacetKind.CATEGORICAL}
    return [
        one for one in mentions if one.facet not in single or not any(_follows(text, one, other) for other in mentions)
    ]


def _follows(text: str, one: ValueMention, other: ValueMention) -> bool:
    return other.facet == one.facet and other.start > one.start and text[one.end : other.start] == " "


def _mode(
    message: Message,
    lexicon: CatalogLexicon,
    mention: ValueMention,
    mentions: list[ValueMention],
    names: Sequence[NameSpan],
) -> tuple[bool, bool]:
    """(refused, soft); what a refused or wished-for word qualifies is itself wanted: "no Samsung phones"."""
    facet = lexicon.facet(mention.facet)
    category = facet is not None and facet.role is FacetRole.CATEGORY
    if category and any(qualifies(message.text, other, mention) for other in mentions):
        return False, False
    named = facet is not None and facet.role in (FacetRole.CREATOR, FacetRole.BRAND)
    again = named and refused_again(message.text, mention, mentions)
    no = again or had_before(message.text, mention) or refused(message, mention, mentions, names)
    return no, not no and is_soft(message.text, mention.start, mention.end)


def _joined(
    text: str, lexicon: CatalogLexicon, facet: str, no: bool, soft: bool, mentions: list[ValueMention]
) -> list[Constraint]:
    values = tuple(dict.fromkeys(value for mention in mentions for value in mention.values))
    if no:
        return [_condition(facet, Op.NE, Op.NOT_IN, values)]
    known = lexicon.facet(facet)
    multiple = known is not None and known.kind is FacetKind.MULTI
    alternatives = any(linked(text, first, second) == "or" for first, second in itertools.pairwise(mentions))
    if not multiple or alternatives or len({mention.values for mention in mentions}) == 1:
        return [_condition(facet, Op.EQ, Op.IN, values, hard=not soft)]
    if all(len(mention.values) == 1 for mention in mentions):
        return [Constraint(facet=facet, op=Op.ALL, value=values, hard=not soft)]
    return [_condition(facet, Op.EQ, Op.IN, one, hard=not soft) for one in dict.fromkeys(m.values for m in mentions)]


def _condition(facet: str, single: Op, several: Op, values: tuple[str, ...], *, hard: bool = True) -> Constraint:
    if len(values) == 1:
        return Constraint(facet=facet, op=single, value=values[0], hard=hard)
    return Constraint(facet=facet, op=several, value=values, hard=hard)


def _without_contradictions(constraints: list[Constraint]) -> list[Constraint]:
    """A value both wanted and refused in one message is refused."""
    refused_values = {(c.facet, v) for c in constraints if c.op in (Op.NE, Op.NOT_IN) for v in c.values}
    return [
        one for one in constraints
        if one.op in (Op.NE, Op.NOT_IN) or not all((one.facet, value) in refused_values for value in one.values)
    ]  # fmt: skip
