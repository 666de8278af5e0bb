"""What to say when nothing fits: the smallest change of the wishes that has results."""

from __future__ import annotations

from collections.abc import Sequence

from ..tools.catalog import Catalog
from ..tools.constraints import Constraint, Source, render
from ..tools.items import Language

_NOTES = {
    "en": {
        "one": "Without “{constraint}” {count} would fit.",
        "rule": "What fits is not available right now.",
    },
    "zh": {"one": "如果不限“{constraint}”，有{count}个符合。", "rule": "符合条件的目前都没有货。"},
}


def relaxation_notes(catalog: Catalog, constraints: Sequence[Constraint], language: Language) -> list[str]:
    """One true sentence on the single constraint that stands in the way, or nothing when no single one does."""
    hard = [one for one in constraints if one.hard]
    opened = [(_fitting(catalog, [other for other in hard if other is not one]), one) for one in hard]
    own = [row for row in opened if row[0] and row[1].source is not Source.POLICY]
    if own:
        count, one = max(own, key=lambda row: row[0])
        said = render(one, catalog.schema, language)
        return [_NOTES[language]["one"].format(constraint=said, count=count)]
    return [_NOTES[language]["rule"]] if any(count for count, _ in opened) else []


def _fitting(catalog: Catalog, constraints: Sequence[Constraint]) -> int:
    return int(catalog.mask(tuple(constraints)).sum())
