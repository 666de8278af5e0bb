"""What `recommender rank` shows: the items, what their scores are made of, and what would change the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...tools.catalog import Catalog
from ...tools.ranking import Evidence, Mixture, RankingContext
from ...tools.ranking.cost import CostLine
from ...tools.ranking.counterfactual import Counterfactual, counterfactuals
from ...tools.ranking.evidence import evidence_of
from ...tools.ranking.rank import Ranked
from ...tools.ranking.relisting import Relisted
from ...tools.ranking.said import said_of

_TRIED, _TRIED_SLOWLY = 300, 10
"""Changes of history that are tried for an item; fewer where a part takes long for each candidate."""
_MOST_CAUSES = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """A list, best first, and what it was ranked by."""

    ranker: Mixture
    context: RankingContext
    candidates: Sequence[str]
    best: Sequence[Ranked]
    corrected: Relisted | None = None
    """What a correction of the list changed, when there was one."""


def as_data(catalog: Catalog, answer: Answer, *, explain: bool) -> dict[str, Any]:
    """JSON values."""
    rows = [_row(catalog, one) for one in answer.best]
    if explain:
        changes, known = _changes(answer), _evidence(answer)
        rows = [row | _why(catalog, one, changes) for row, one in zip(rows, known, strict=True)]
    return {
        "catalog": catalog.name,
        "history": [one.item_id for one in answer.context.history],
        "candidates": len(answer.candidates),
        "items": rows,
    } | ({"corrected": asdict(answer.corrected)} if answer.corrected else {})


def print_answer(catalog: Catalog, answer: Answer, *, explain: bool) -> None:
    """A table, and below it a paragraph an item when it is to be explained."""
    console, table = Console(), Table("", "score", "probability", "id", "title")
    for place, one in enumerate(answer.best, start=1):
        title = escape(catalog.item(one.item_id).title)
        table.add_row(str(place), f"{one.score:.3f}", f"{one.probability:.4f}", escape(one.item_id), title)
    console.print(table)
    for line in _correction(catalog, answer.corrected) if answer.corrected else ():
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    changes = _changes(answer) if explain else {}
    for one in _evidence(answer) if explain else ():
        for line in _explained(catalog, one, changes.get(one.item_id), len(answer.best)):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _row(catalog: Catalog, one: Ranked) -> dict[str, Any]:
    title = catalog.item(one.item_id).title
    return {"id": one.item_id, "title": title, "score": one.score, "probability": one.probability}


def _evidence(answer: Answer) -> list[Evidence]:
    return evidence_of(answer.ranker, answer.context, [one.item_id for one in answer.best])


def _why(catalog: Catalog, found: Evidence, changes: Mapping[str, Counterfactual]) -> dict[str, Any]:
    change = changes.get(found.item_id)
    because = [{"said": said_of(catalog, each.cause), "drop": each.drop} for each in found.because]
    gone = change and {"without": change.without, "smallest": change.smallest, "at_least": change.at_least}
    return {"contributions": found.contributions, "because": because, "not_here": gone}


def _correction(catalog: Catalog, corrected: Relisted) -> Iterator[str]:
    """What came in, what went, and what is known of the list before and after."""
    for word, ids in (("in", corrected.came), ("out", corrected.went)):
        yield f"corrected, {word}: {', '.join(catalog.item(one).title for one in ids) or 'nothing'}"
    yield CostLine.head("this list")
    yield from map(str, corrected.lines)


def _changes(answer: Answer) -> dict[str, Counterfactual]:
    """None of a corrected list: what it would be without some of the history is not looked at."""
    if answer.corrected:
        return {}
    ids = [one.item_id for one in answer.best]
    tried = _TRIED_SLOWLY if answer.ranker.rereading else _TRIED
    return counterfactuals(answer.ranker, answer.context, answer.candidates, ids, len(ids), budget=tried)


def _explained(catalog: Catalog, found: Evidence, change: Counterfactual | None, k: int) -> Iterator[str]:
    parts = sorted(found.contributions.items(), key=lambda part: -abs(part[1]))
    yield f"\n{catalog.item(found.item_id).title}: {found.score:.3f}"
    yield "  = " + " ".join(f"{value:+.3f} {name}" for name, value in parts if value)
    for each in found.because[:_MOST_CAUSES]:
        yield f"  {each.drop:+.3f} {said_of(catalog, each.cause)}"
    if change:
        titles = ", ".join(catalog.item(each).title for each in change.without)
        sure = "" if change.smallest else f" (fewer than {change.at_least} would not do)"
        yield f"  not among the {k} without: {titles}{sure}"
