"""What holds in every tool call for whoever asks, whatever the call itself says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from langgraph.prebuilt import ToolRuntime

from .catalog.catalog import Catalog
from .constraints import Constraint
from .errors import UnknownItemError
from .items import Item


@dataclass(frozen=True, slots=True)
class Standing:
    """Conditions and items that stand, from the person's memory and the rules of the house."""

    constraints: tuple[Constraint, ...] = ()
    """Met by everything that is found or ranked."""
    away: frozenset[str] = frozenset()
    """Ids that are not recommended: had already, or turned down."""
    hidden: frozenset[str] = frozenset()
    """Ids that are treated as if they did not exist."""

    def beside(self, other: Standing) -> Standing:
        """Both together."""
        return Standing(
            tuple(dict.fromkeys((*self.constraints, *other.constraints))),
            self.away | other.away,
            self.hidden | other.hidden,
        )

    def items(self, catalog: Catalog, item_ids: Iterable[str]) -> list[Item]:
        """Those items, each once. Raises UnknownItemError, also for one that is hidden."""
        wanted = list(dict.fromkeys(item_ids))
        for item_id in wanted:
            if item_id in self.hidden:
                raise UnknownItemError(f"No item has the id {item_id!r}.", cure="Use an id that a search returned.")
        return [catalog.item(item_id) for item_id in wanted]


StandingOf = Callable[[ToolRuntime | None], Standing]
