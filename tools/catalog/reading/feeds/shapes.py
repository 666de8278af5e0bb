"""Values of which a feed may make anything, as what is needed of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rows import SourceRow


def fields_of(row: SourceRow) -> Mapping[str, Any]:
    """The fields of a row; none when it is no object."""
    return row.values if isinstance(row.values, Mapping) else {}


def each_mapping(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list, or the object alone."""
    return [one for one in (value if isinstance(value, (list, tuple)) else [value]) if isinstance(one, Mapping)]
