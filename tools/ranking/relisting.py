"""Corrected lists of the moment: the correction of `rerank` over the items of a catalog as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..catalog.search.diversity import Beside
from ..errors import SettingsError
from ..items import FacetRole
from .correction import correction_of
from .cost import CostLine, lines_of
from .data.model import Histories
from .kept_models import models_of
from .metrics.facts import ItemFacts
from .metrics.summary import summary
from .metrics.tastes import mix_of_histories
from .perrevision import PerRevision
from .protocol import Signal
from .rerank import Rerank, reranked, weighed

if TYPE_CHECKING:
    from ..catalog import Catalog
    from .learning.trained import TrainedModel


@dataclass(frozen=True, slots=True)
class Relisted:
    """A list of one person, corrected."""

    item_ids: tuple[str, ...]
    came: tuple[str, ...]
    """Ids that are in it only because it was corrected, and those that would be in it without that."""
    went: tuple[str, ...]
    lines: tuple[CostLine, ...]
    """What is known of a list, before and after."""


class Relisting:
    """Corrections in the vocabulary of `read_rerank`; facts are read again when items change."""

    def __init__(self, catalog: Catalog, words: Sequence[str], model: TrainedModel | None = None) -> None:
        """How often items were chosen is taken from the model, else from the catalog's facet of popularity.

        Raises SettingsError for words that ask for what there is not.
        """
        self._catalog, self._words, self._model = catalog, tuple(words), model
        self._facts = PerRevision(catalog, self._read)
        self.options, _ = self._facts()

    def weighed(
        self, item_ids: Sequence[str], scores: np.ndarray, k: int, history: Sequence[Signal]
    ) -> tuple[np.ndarray, list[Beside]]:
        """What each candidate is worth for itself (m,), and what it costs beside others in a list of k."""
        options, facts = self._facts()
        return weighed(self._catalog.positions(item_ids), scores, k, options, facts, self._taste(history, facts))

    def listed(self, item_ids: Sequence[str], scores: np.ndarray, k: int, history: Sequence[Signal]) -> Relisted:
        """The k best of the candidates, corrected, and what that changed."""
        options, facts = self._facts()
        rows, taste = self._catalog.positions(item_ids), self._taste(history, facts)
        plain, chosen = (reranked(rows, scores, k, how, facts, taste) for how in (Rerank(), options))
        before, after = (tuple(item_ids[int(place)] for place in places) for places in (plain, chosen))
        tastes = None if taste is None else taste[None]
        sums = (summary(rows[places][None], None, facts, len(places), tastes=tastes) for places in (plain, chosen))
        return Relisted(after, _only(after, before), _only(before, after), tuple(lines_of(*sums)))

    def _taste(self, history: Sequence[Signal], facts: ItemFacts) -> np.ndarray | None:
        if facts.shares is None:
            return None
        known = [one for one in history if one.item_id in self._catalog]
        rows = self._catalog.positions([one.item_id for one in known]).astype(np.int32)
        weights = np.array([one.weight for one in known], np.float32)
        asked = Histories(np.array([0, len(known)]), rows, weights, np.zeros(len(known), np.float32))
        return mix_of_histories(asked, facts.shares)[0]

    def _read(self, catalog: Catalog) -> tuple[Rerank, ItemFacts]:
        found = correction_of(self._words, catalog, [item.id for item in catalog.items()])
        if found is None:
            raise SettingsError("There is no correction.", cure="Write one as diversity=0.2.")
        return found.options, found.facts(*self._counted(catalog, found.options))

    def _counted(self, catalog: Catalog, options: Rerank) -> tuple[np.ndarray, int]:
        """How often each item was chosen (n,), and by how many people."""
        part = next((one for one in self._model.parts if one.name == "popularity"), None) if self._model else None
        facet = catalog.schema.by_role(FacetRole.POPULARITY)
        counts = np.zeros(len(catalog))
        if self._model and part:
            known = [(row, one) for row, one in enumerate(self._model.items.item_ids) if one in catalog]
            held = part.state().tensors["counts"]
            counts[catalog.positions([one for _, one in known])] = held[[row for row, _ in known]]
            return counts, self._model.card.users
        if facet:
            values = [item.facets.get(facet.name) for item in catalog.items()]
            counts = np.array([max(float(one), 0.0) if isinstance(one, int | float) else 0.0 for one in values])
        elif options.popularity or options.exposure:
            cure = "Train a ranker with the part popularity, or leave popularity and exposure at 0."
            raise SettingsError(f"Nothing says how often items of {catalog.name} were chosen.", cure=cure)
        return counts, int(counts.max(initial=0.0))


def _only(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in these if one not in those)


def relisting_of(catalog: Catalog, words: Sequence[str], model: TrainedModel | Path | None = None) -> Relisting:
    """Over a catalog and the model that ranks it, see `models_of`. Raises SettingsError and ModelFileError."""
    found = models_of(catalog, model, clock=lambda: datetime.now(UTC)) if len(catalog.members) == 1 else {}
    return Relisting(catalog, words, found.get(catalog.name))
