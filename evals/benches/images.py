"""Search by picture: a photograph to the product, and clothes to clothes of their kind, beside chance and a floor."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

from ...tools.catalog import Catalog, SearchRequest, open_catalog
from ...tools.catalog.pictures import ColourHistogram, EfficientNetFeatures, PictureEncoder, default_encoder
from ...tools.catalog.pictures.kept import FILE
from ...tools.errors import SettingsError
from ...tools.items import Item
from .figures import BenchReport, Figure, Options, percentile
from .memory import peak_mb

_GROCERIES, _CLOTHES = "grocery_store_images", "clothing_images_cc0"
_TOP = 5
_RESAMPLED = 2_000
_OURS, _FEATURES, _FLOOR = "ours", "network alone", "colour histogram"
_CHILD = f"import sys; from {__name__} import search_and_measure; search_and_measure(*sys.argv[1:])"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Query:
    """A picture, and which items are right answers to it."""

    path: Path
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """For n queries whether each of the first five results is right, shape (n, 5), bool, and the seconds each took."""

    right: np.ndarray
    seconds: tuple[float, ...]


def images(options: Options, progress: Progress) -> BenchReport:
    """Groceries are tuned on one half of the photographs; bounds are on the other half, and on clothes."""
    data = _folder(options)
    photographs, (clothes, worn) = _photographs(data / _GROCERIES), _clothes(data / _CLOTHES)
    memory = _memory(photographs[0].path)
    encoders: dict[str, PictureEncoder] = {
        _OURS: default_encoder(),
        _FEATURES: EfficientNetFeatures(),
        _FLOOR: ColourHistogram(),
    }
    answers: dict[str, tuple[Answered, Answered]] = {}
    worded: dict[str, np.ndarray] = {}
    for number, (name, encoder) in enumerate(encoders.items()):
        progress(number, len(encoders))
        with TemporaryDirectory() as home:
            shop = open_catalog("groceries", home=Path(home), pictures=encoder)
            wardrobe = open_catalog(clothes, pictures=encoder)
            answers[name] = _answer(shop, photographs), _answer(wardrobe, worn)
            worded = _worded(shop, photographs) if name == _OURS else worded
    progress(len(encoders), len(encoders))
    development = np.array([_is_development(one.path) for one in photographs])
    figures = (
        *_grocery_figures({name: one for name, (one, _) in answers.items()}, development, options.seed),
        *_worded_figures(worded, development),
        *_clothes_figures({name: one for name, (_, one) in answers.items()}, _chance(clothes, worn), options.seed),
        *_claims(photographs, worn, development),
        *_costs(answers[_OURS][0], [one.path for one in photographs]),
        *memory,
    )
    return BenchReport("images", figures, options, _notes(photographs, development, clothes, worn))


def search_and_measure(picture: str, home: str) -> None:
    """Runs in the measured process: prints megabytes (10^6 bytes) before and after a search by picture as JSON."""
    catalog = open_catalog("groceries", home=Path(home))
    catalog.warm()
    before = peak_mb()
    catalog.search_picture(catalog.read_picture(picture))
    sys.stdout.write(json.dumps({"before_mb": before, "after_mb": peak_mb()}) + "\n")


def _folder(options: Options) -> Path:
    if options.data is None:
        raise SettingsError("The pictures do not ship.", cure=f"Pass --data DIR with {_GROCERIES} and {_CLOTHES}.")
    missing = [name for name in (_GROCERIES, _CLOTHES) if not (options.data / name).is_dir()]
    if missing:
        raise SettingsError(f"{options.data}: no folder {missing[0]}.", cure="Name the folder that holds it.")
    return options.data


def _photographs(folder: Path) -> list[Query]:
    """Natural photographs; the product is named by its class."""
    names = {one["class_id"]: one["name"] for one in json.loads((folder / "catalog.json").read_text("utf-8"))}
    rows = json.loads((folder / "natural_queries.json").read_text("utf-8"))
    return [Query(folder / one["image"], frozenset({names[one["class_id"]]})) for one in rows]


def _clothes(folder: Path) -> tuple[list[Item], list[Query]]:
    """The training pictures as items, the test pictures as queries; right is whatever has the same label."""
    rows = json.loads((folder / "labels.json").read_text("utf-8"))
    items = [
        Item(one["image"], Path(one["image"]).stem, facets={"label": one["label"]}, image=str(folder / one["image"]))
        for one in rows
        if one["split"] == "train"
    ]
    kinds = {label: frozenset(one.id for one in items if one.facets["label"] == label) for label in _labels(rows)}
    return items, [Query(folder / one["image"], kinds[one["label"]]) for one in rows if one["split"] == "test"]


def _labels(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return sorted({one["label"] for one in rows})


def _is_development(path: Path) -> bool:
    return hashlib.sha256(f"{path.parent.name}/{path.name}".encode()).digest()[-1] % 2 == 0


def _answer(catalog: Catalog, queries: Sequence[Query]) -> Answered:
    catalog.index_pictures()
    catalog.search_picture(catalog.read_picture(queries[0].path))
    right, seconds = [], []
    for one in queries:
        start = perf_counter()
        hits = catalog.search_picture(catalog.read_picture(one.path), SearchRequest(k=_TOP)).hits
        seconds.append(perf_counter() - start)
        right.append([hit.item_id in one.right for hit in hits])
    return Answered(np.array(right), tuple(seconds))


def _grocery_figures(answers: Mapping[str, Answered], development: np.ndarray, seed: int) -> list[Figure]:
    size, figures = 81, []
    for name, one in answers.items():
        for half, chosen in (("test", ~development), ("development", development)):
            found = one.right[chosen]
            figures.append(Figure(f"groceries, {half}, {name}: hit@1", float(found[:, 0].mean())))
            figures.append(Figure(f"groceries, {half}, {name}: hit@5", float(found.any(axis=1).mean())))
    hit = {name: one.right[~development].any(axis=1) for name, one in answers.items()}
    low, high = _interval(hit[_OURS].astype(float), seed)
    above, _ = _interval(hit[_OURS].astype(float) - hit[_FLOOR], seed)
    return [
        *figures,
        Figure("groceries, chance: hit@1", 1 / size),
        Figure("groceries, chance: hit@5", _TOP / size),
        Figure("groceries, test, ours: hit@5, 95% from", low, at_least=3 * _TOP / size),
        Figure("groceries, test, ours: hit@5, 95% to", high),
        Figure("groceries, test: hit@5 above the colour histogram, 95% from", above, at_least=0.1),
    ]


def _worded(shop: Catalog, queries: Sequence[Query]) -> dict[str, np.ndarray]:
    """Shape (n,), bool: whether the product is among five, by the word for its kind alone, and with the photograph."""
    found: dict[str, list[bool]] = {"the word": [], "both": []}
    for one in queries:
        (product,) = one.right
        request = SearchRequest(str(shop.item(product).facets["category"]).lower(), k=_TOP)
        both = shop.search_picture(shop.read_picture(one.path), request)
        found["the word"].append(product in {hit.item_id for hit in shop.search(request).hits})
        found["both"].append(product in {hit.item_id for hit in both.hits})
    return {name: np.array(rows) for name, rows in found.items()}


def _worded_figures(worded: Mapping[str, np.ndarray], development: np.ndarray) -> list[Figure]:
    rates = {name: float(rows[~development].mean()) for name, rows in worded.items()}
    return [
        Figure("groceries, test, the word for the kind: hit@5", rates["the word"]),
        Figure("groceries, test, photograph and word: hit@5", rates["both"], at_least=rates["the word"]),
    ]


def _clothes_figures(answers: Mapping[str, Answered], chance: float, seed: int) -> list[Figure]:
    precision = {name: one.right.mean(axis=1) for name, one in answers.items()}
    low, high = _interval(precision[_OURS], seed)
    above, _ = _interval(precision[_OURS] - precision[_FLOOR], seed)
    return [
        *(Figure(f"clothes, {name}: precision@5", float(one.mean())) for name, one in precision.items()),
        Figure("clothes, chance: precision@5", chance),
        Figure("clothes, ours: precision@5, 95% from", low, at_least=3 * chance),
        Figure("clothes, ours: precision@5, 95% to", high),
        Figure("clothes: precision@5 above the colour histogram, 95% from", above, at_least=0.1),
    ]


def _chance(items: Sequence[Item], queries: Sequence[Query]) -> float:
    return float(np.mean([len(one.right) / len(items) for one in queries]))


def _claims(photographs: Sequence[Query], worn: Sequence[Query], development: np.ndarray) -> list[Figure]:
    """How often anything is said to look like the picture: of a product on the shelf, and of something else."""
    with TemporaryDirectory() as home:
        shop = open_catalog("groceries", home=Path(home))
        unseen = [one for one, tuned in zip(photographs, development, strict=True) if not tuned]
        return [
            Figure("pictures said to look like some product: groceries", _claimed(shop, unseen)),
            Figure("pictures said to look like some product: clothes", _claimed(shop, worn), at_most=0.1),
        ]


def _claimed(shop: Catalog, queries: Sequence[Query]) -> float:
    vectors, encoder = shop.index_pictures().vectors, shop.gallery.encoder
    return float(np.mean([(vectors @ shop.read_picture(one.path)).max() >= encoder.alike for one in queries]))


def _memory(picture: Path) -> list[Figure]:
    """Of a fresh process, started before this one grows: a child's peak begins at its parent's."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _CHILD, str(picture), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    held = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure("peak memory before a picture is searched by", held["before_mb"], "MB"),
        Figure("peak memory after", held["after_mb"], "MB", at_most=900),
    ]


def _costs(answered: Answered, pictures: Sequence[Path]) -> list[Figure]:
    items = [Item(str(number), "picture", image=str(path)) for number, path in enumerate(pictures)]
    with TemporaryDirectory() as folder:
        catalog = open_catalog(items, home=Path(folder))
        start, worked = perf_counter(), process_time()
        catalog.index_pictures()
        seconds, worked = perf_counter() - start, process_time() - worked
        held = sum(one.stat().st_size for one in Path(folder).rglob(FILE))
    return [
        Figure("pictures read and encoded", len(items) / seconds, "/s"),
        Figure("the same, processor time of each", worked / len(items) * 1000, "ms", at_most=100),
        Figure("a picture read, encoded and searched by, p50", percentile(answered.seconds, 0.5) * 1000, "ms"),
        Figure("a picture read, encoded and searched by, p95", percentile(answered.seconds, 0.95) * 1000, "ms"),
        Figure("kept on disk", held / len(items), "bytes a picture"),
    ]


def _interval(values: np.ndarray, seed: int) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of the mean of queries drawn again with replacement (Efron 1979)."""
    drawn = np.random.default_rng(seed).integers(0, len(values), (_RESAMPLED, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


def _notes(
    photographs: Sequence[Query], development: np.ndarray, clothes: Sequence[Item], worn: Sequence[Query]
) -> tuple[str, ...]:
    split = hashlib.sha256("".join("dt"[not one] for one in development).encode()).hexdigest()
    return (
        f"groceries: {len(photographs)} photographs of 81 products, {int(development.sum())} of them for development, "
        f"by the hash of their names; split {split[:12]}",
        f"clothes: {len(clothes)} pictures indexed, {len(worn)} searched by, ten kinds",
        f"95%: bootstrap over the queries, {_RESAMPLED} times",
    )
