"""What to say when nothing fits: the smallest change of the wishes that has results."""

from __future__ import annotations

from collections.abc import Sequence

from ..tools.catalog import Catalog
from ..tools.constraints import Constraint, Source, render
from ..tools.items import Language

_NOTES: dict[Language, dict[str, str]] = {
    "en": {
        "without": "Without “{constraint}”, {count} would fit.",
        "loosened": "With “{loosened}” instead of “{constraint}”, {count} would fit.",
        "rule": "What fits is not available right now.",
    },
    "zh": {
        "without": "如果不限“{constraint}”，有{count}个符合。",
        "loosened": "如果把“{constraint}”放宽到“{loosened}”，有{count}个符合。",
        "rule": "符合条件的目前都没有货。",
    },
}


def relaxation_notes(catalog: Catalog, constraints: Sequence[Constraint], language: Language) -> list[str]:
    """One true sentence on what stands in the way, or none when no single change helps."""
    change, words = catalog.relaxation(constraints), _NOTES[language]
    if change is not None:
        kind = "loosened" if change.loosened else "without"
        said = {
            "constraint": render(change.constraint, catalog.schema, language),
            "loosened": render(change.loosened, catalog.schema, language) if change.loosened else "",
        }
        return [words[kind].format(count=change.fitting, **said)]
    own = [one for one in constraints if one.source is not Source.POLICY]
    return [words["rule"]] if len(own) < len(constraints) and catalog.mask(own).any() else []
