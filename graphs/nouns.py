"""What the items are called that a turn speaks of: before several catalogs, those of the kind in question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..tools.catalog import Catalog, JointCatalog
from ..tools.catalog.joint_schema import joined, noun_of, plural
from ..tools.constraints import Constraint
from ..tools.items import CatalogSchema, Language
from .catalogs import labels_left


def nouns(constraints: Iterable[Constraint], catalog: Catalog, language: Language) -> dict[str, str]:
    """`noun` and `plural` of the items that may meet the constraints."""
    return nouns_of(labels_left(constraints, catalog), catalog, language)


def nouns_of(labels: Sequence[str], catalog: Catalog, language: Language) -> dict[str, str]:
    """`noun` and `plural` of the catalogs of those labels, or of all of them; the plural is English."""
    members = catalog.joined if isinstance(catalog, JointCatalog) else ()
    schemas: list[CatalogSchema] = [one.catalog.schema for one in members if one.naming.label in labels]
    schemas = schemas or [catalog.schema]
    return {
        "noun": joined([noun_of(one, language) for one in schemas], language),
        "plural": joined([plural(one) for one in schemas], "en") if language == "en" else "",
    }
