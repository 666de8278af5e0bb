"""Items side by side: a row a facet, what they share, and who is cheaper, rated higher or newer."""

from __future__ import annotations

from collections.abc import Iterator

from ....graphs.briefs import RecommendedItem, ReplyBrief
from ....tools.items import FacetRole
from .items import disclosures_of, label_of, telling_facets, title_of
from .phrases import Phrases
from .text import capitalized, sentence, spaced
from .values import render_value

_ROWS = 8
_PARTS = 6
_VERDICTS = {FacetRole.PRICE: min, FacetRole.RATING: max, FacetRole.DATE: max}


def comparison_lines(brief: ReplyBrief, phrases: Phrases) -> str:
    """The comparison as lines of text; only what must be disclosed when there are fewer than two items."""
    if len(brief.items) < 2:
        return disclosures_of(brief, phrases)
    facets = _facets(brief)
    cells = {facet: [_cell(item, facet, brief, phrases) for item in brief.items] for facet in facets}
    shared = [facet for facet in facets if _same(facet, brief)]
    titles = [title_of(item, brief, phrases) for item in brief.items]
    rows = [_row(facet, cells[facet], brief, phrases) for facet in facets if facet not in shared]
    same = [phrases.word("trait").format(name=label_of(facet, brief), value=cells[facet][0]) for facet in shared]
    common = phrases.say("compare.shared", shared=phrases.word("reason_gap").join(same)) if same else ""
    head = phrases.word("column_gap").join(titles)
    verdicts = spaced([sentence(one, brief.language) for one in _verdicts(brief, phrases)], brief.language)
    return "\n".join(part for part in (head, *rows, common, verdicts, disclosures_of(brief, phrases)) if part)


def _facets(brief: ReplyBrief) -> list[str]:
    if brief.facets_asked:
        return list(brief.facets_asked)
    found = dict.fromkeys(facet for item in brief.items for facet in telling_facets(item, brief))
    held = {facet: sum(facet in item.facets for item in brief.items) for facet in found}
    return [facet for facet in found if held[facet] > 1][:_ROWS]


def _same(facet: str, brief: ReplyBrief) -> bool:
    first = brief.items[0].facets.get(facet)
    return first is not None and all(item.facets.get(facet) == first for item in brief.items)


def _cell(item: RecommendedItem, facet: str, brief: ReplyBrief, phrases: Phrases) -> str:
    value = item.facets.get(facet)
    if value is None or value == ():
        return phrases.word("unknown")
    return render_value(value, facet, brief, phrases, parts=_PARTS)


def _row(facet: str, cells: list[str], brief: ReplyBrief, phrases: Phrases) -> str:
    name = capitalized(label_of(facet, brief))
    return "- " + phrases.word("named").format(name=name, value=phrases.word("column_gap").join(cells))


def _verdicts(brief: ReplyBrief, phrases: Phrases) -> Iterator[str]:
    asked = brief.facets_asked or tuple(brief.facet_roles)
    for facet, role in brief.facet_roles.items():
        if role in _VERDICTS and facet in asked:
            yield _verdict(facet, role, brief, phrases)


def _verdict(facet: str, role: FacetRole, brief: ReplyBrief, phrases: Phrases) -> str:
    known = [(value, item) for item in brief.items if isinstance(value := item.facets.get(facet), float)]
    if len(known) < len(brief.items):
        return ""
    best = _VERDICTS[role](value for value, _ in known)
    winners = [item for value, item in known if value == best]
    if len(winners) != 1:
        return ""
    form = "two" if len(known) == 2 else "many"
    return phrases.say(
        f"compare.{role}.{form}",
        title=title_of(winners[0], brief, phrases),
        value=render_value(best, facet, brief, phrases),
    )
