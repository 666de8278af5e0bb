"""What is computed from a whole catalog is computed again when the catalog changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from ..catalog import Catalog


T = TypeVar("T")


class PerRevision(Generic[T]):
    """A value of the catalog, kept for as long as `catalog.revision` stays the same."""

    def __init__(self, catalog: Catalog, compute: Callable[[Catalog], T]) -> None:
        self._catalog = catalog
        self._compute = compute
        self._kept: tuple[int, T] | None = None

    def __call__(self) -> T:
        """The value for the present revision."""
        kept = self._kept
        if kept is None or kept[0] != self._catalog.revision:
            kept = (self._catalog.revision, self._compute(self._catalog))
            self._kept = kept
        return kept[1]
