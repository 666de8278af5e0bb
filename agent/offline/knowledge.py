"""What the built-in model knows of a catalog: its lexicon, and what a message asks of its search."""

from __future__ import annotations

from threading import Lock
from typing import Any

from ...graphs.briefing import facet_cards
from ...graphs.briefs import UnderstandBrief
from ...tools.catalog import Catalog
from ...tools.constraints import to_filter
from .classifier import load_classifier
from .lexicon import CatalogLexicon
from .understand import understand


class Knowledge:
    """Of one catalog, or without one only of the brief at hand. Safe from any thread."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        self._catalog = catalog
        self._lock = Lock()
        self._built: tuple[int, CatalogLexicon] | None = None

    def lexicon(self, brief: UnderstandBrief) -> CatalogLexicon:
        """Of the catalog, built once per revision; of the brief when there is no catalog."""
        if self._catalog is None:
            return CatalogLexicon.from_brief(brief)
        with self._lock:
            if self._built is None or self._built[0] != self._catalog.revision:
                self._built = (self._catalog.revision, CatalogLexicon.build(self._catalog))
            return self._built[1]

    def search_arguments(self, text: str) -> dict[str, Any]:
        """Arguments of `search_catalog` for a message: its conditions as a filter, and the words that are left."""
        if self._catalog is None:
            return {}
        schema = self._catalog.schema
        noun = schema.noun.get("en", "item")
        brief = UnderstandBrief(
            catalog=schema.name, noun=noun, facets=facet_cards(self._catalog, self._catalog.revision)
        )
        said = understand(text, brief, self.lexicon(brief), load_classifier())
        found = {
            "query": said.query,
            "filter": " and ".join(to_filter(one) for one in said.constraints if one.hard),
            "similar_to": list(said.similar_to),
            "limit": said.count,
        }
        return {name: value for name, value in found.items() if value}
