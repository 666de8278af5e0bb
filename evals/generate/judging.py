"""What is wrong with the items of a reply, held against what the person said and against the catalog."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...tools.constraints import Constraint, Op, matches
from ...tools.items import FacetValue
from ...tools.normalize import normalize
from ..facts import CatalogFacts
from ..targets import Observed

Kind = Literal["not in the catalog", "breaks what was said", "shown again", "no answer"]
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Violation:
    """One item that should not have been shown, or the error that came instead of an answer."""

    kind: Kind
    item: str
    detail: str


def violations(
    observed: Observed, facts: CatalogFacts, constraints: Sequence[Constraint], rejected: Collection[str]
) -> Iterator[Violation]:
    """Items that do not exist, that were turned down before, or that break what was said."""
    for one in observed.shown:
        item = facts.items.get(one.id)
        if item is None or normalize(item.title) != normalize(one.title):
            yield Violation("not in the catalog", one.id, one.title)
            continue
        if item.id in rejected:
            yield Violation("shown again", item.id, item.title)
        for constraint in constraints:
            if not holds(constraint, item.facets.get(constraint.facet)):
                value = item.facets.get(constraint.facet)
                detail = f"{item.title}: {constraint.facet} {constraint.op} {constraint.value}, but it is {value}"
                yield Violation("breaks what was said", item.id, detail)


def holds(constraint: Constraint, value: FacetValue | None) -> bool:
    """As the evaluator of constraints says; what differs in punctuation or accents alone the person meant too."""
    if matches(constraint, value):
        return True
    if constraint.op not in (Op.EQ, Op.IN) or value is None:
        return False
    held = {_bare(part) for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str)}
    return any(isinstance(wanted, str) and _bare(wanted) in held for wanted in constraint.values)


def _bare(text: str) -> str:
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", normalize(text)) if not unicodedata.combining(letter)
    )
    return _PUNCTUATION.sub("", plain)
