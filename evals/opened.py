"""Catalogs by name, each opened once."""

from __future__ import annotations

from threading import RLock

from ..agent.settings import Settings
from ..tools.catalog import Catalog, named_catalogs, open_catalogs
from .facts import CatalogFacts


class OpenCatalogs:
    """Opens a catalog, and reads its facts, the first time it is asked for."""

    def __init__(self) -> None:
        self._home = Settings.read().home
        self._catalogs: dict[str, Catalog] = {}
        self._facts: dict[str, CatalogFacts] = {}
        self._opening = RLock()

    def catalog(self, name: str) -> Catalog:
        """The catalog of that name or path; of several with commas between them, all as one. Raises CatalogError."""
        with self._opening:
            if name not in self._catalogs:
                self._catalogs[name] = open_catalogs(named_catalogs(name), home=self._home)
            return self._catalogs[name]

    def facts(self, name: str) -> CatalogFacts:
        """What the checks know of it."""
        with self._opening:
            if name not in self._facts:
                self._facts[name] = CatalogFacts.of(self.catalog(name))
            return self._facts[name]
