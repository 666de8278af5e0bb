"""What a ranker finds for somebody it has never seen, after 0, 1, 3 and 5 likes, and among items that nobody had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from ...tools.catalog import Catalog
from ...tools.errors import SettingsError
from ...tools.items import FacetRole
from ...tools.ranking.data.model import Interactions
from ...tools.ranking.data.order import in_order
from ...tools.ranking.data.reading import read_interactions
from ...tools.ranking.data.report import ReadReport
from ...tools.ranking.learning.fitting import TrainSettings, train_model
from ...tools.ranking.metrics import Relevant, mean_with_interval
from ...tools.ranking.models.content import ContentConfig, untrained
from ...tools.ranking.tables import item_table
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options
from .strangers import MOST, Score, Strangers, hold_out, judged, wanting

SHOTS = (0, 1, 3, MOST)
_CATALOG = "books"
_COUNTED = "popularity"
_LISTED = "popularity by the catalog"
_TIMES = 5.0
Progress = Callable[[int, int], None]


def fewshot(options: Options, progress: Progress) -> BenchReport:
    """Holds out a fifth of the users and a tenth of the items, trains on the rest, and asks for the held-out people."""
    name = (options.catalogs or (_CATALOG,))[0]
    catalog = OpenCatalogs().catalog(name)
    read, ordered = _interactions(catalog, options.seed)
    strangers = hold_out(read, options.seed)
    progress(1, 3)
    scores = _scores(catalog, strangers, TrainSettings(seed=options.seed, catalog=catalog.name, ordered=ordered))
    progress(2, 3)
    notes = [
        f"catalog {name}: {len(strangers.likes)} new users (nothing of them in training), told 0 to {MOST} likes; "
        f"{int(strangers.cold.sum())} items held out of training; recall@10 and NDCG@10 with 95% over people",
        *_curves(scores, strangers, options.seed),
        *_cold_lines(scores, strangers, options.seed),
    ]
    progress(3, 3)
    return BenchReport("fewshot", tuple(_figures(scores, strangers)), options, tuple(notes))


def _interactions(catalog: Catalog, seed: int) -> tuple[Interactions, bool]:
    """The log of the catalog, and whether its order means anything."""
    if catalog.interactions is None:
        raise SettingsError(f"The catalog {catalog.name} has no interactions.", cure="Take one that has: books.")
    read = read_interactions(catalog.interactions, item_table(catalog), now=datetime.now(UTC), report=ReadReport())
    return in_order(read, seed)


def _scores(catalog: Catalog, strangers: Strangers, settings: TrainSettings) -> dict[str, Score]:
    """Every part, their mixture, the part that reads without any interaction, and what the catalog says is popular."""
    model = train_model(strangers.known, settings).model
    table = strangers.known.items
    listed = _listed(catalog)
    everyone: dict[str, Score] = {} if listed is None else {_LISTED: lambda asked: np.tile(listed, (len(asked), 1))}
    parts: Mapping[str, Score] = {part.name: part.score for part in model.parts}
    if _COUNTED not in parts:
        counts = np.bincount(strangers.known.rows, strangers.known.weights > 0, len(table)).astype(np.float32)
        parts = {_COUNTED: lambda asked: np.tile(counts, (len(asked), 1)), **parts}
    return {**everyone, **parts, "text, untrained": untrained(table, ContentConfig()).score, "mixture": model.score}


def _listed(catalog: Catalog) -> np.ndarray | None:
    """Shape (n,): the facet that says how popular an item is, such as a number of ratings."""
    facet = next((one for one in catalog.schema.facets if one.role is FacetRole.POPULARITY), None)
    if facet is None:
        return None
    return np.array([item.facets.get(facet.name) or 0.0 for item in catalog.items()], np.float32)


def _curves(scores: Mapping[str, Score], strangers: Strangers, seed: int) -> Iterator[str]:
    yield f"known items, full ranking; likes told: {', '.join(map(str, SHOTS))}"
    for name, score in scores.items():
        found = [judged(score, strangers.told(shots), strangers.left, ~strangers.cold) for shots in SHOTS]
        for metric, values in zip(("recall", "NDCG"), zip(*found, strict=True), strict=True):
            yield f"  {name:26}{metric:7}" + "  ".join(f"{mean_with_interval(one, seed):.3f}" for one in values)


def _cold_lines(scores: Mapping[str, Score], strangers: Strangers, seed: int) -> Iterator[str]:
    for label, count in ((f"{MOST} likes", MOST), ("all likes", None)):
        yield f"items that nobody had, {label} told: recall@10 among all items | among those items alone"
        for name, score in scores.items():
            found = _cold(score, strangers, count)
            yield f"  {name:26}" + "  |  ".join(f"{mean_with_interval(one, seed):.3f}" for one in found)


def _cold(score: Score, strangers: Strangers, count: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Recall@10 of the held-out items for who liked one: in the full ranking, and among the held-out items alone."""
    people = wanting(strangers.cold_likes)
    wanted = Relevant.of([strangers.cold_likes[person].tolist() for person in people])
    told = replace(strangers, likes=tuple(strangers.likes[person] for person in people)).told(count)
    full, _ = judged(score, told, wanted, np.ones(len(strangers.cold), bool))
    alone, _ = judged(score, told, wanted, strangers.cold)
    return full, alone


def _figures(scores: Mapping[str, Score], strangers: Strangers) -> Iterator[Figure]:
    """Recall of items that nobody had, in times that of popularity: counted, and as the catalog has it."""
    if "content" not in scores:
        return
    full, alone = (float(one.mean()) for one in _cold(scores["content"], strangers, None))
    counted = float(_cold(scores[_COUNTED], strangers, None)[1].mean())
    yield Figure("cold items: recall@10 of the text part, among all items", full)
    yield Figure("cold items: recall@10 of the text part, among cold items", alone)
    yield Figure("  times that of counted popularity, among cold items", alone / max(counted, 1e-9), at_least=_TIMES)
    if _LISTED in scores:
        listed_full, listed_alone = (float(one.mean()) for one in _cold(scores[_LISTED], strangers, None))
        yield Figure("  times that of the catalog's popularity, among all items", full / max(listed_full, 1e-9))
        yield Figure("  times that of the catalog's popularity, among cold items", alone / max(listed_alone, 1e-9))
