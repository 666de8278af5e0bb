"""Facts of films named as DBpedia names them: Wikipedia's genres and casts, plots, and how many people rated them."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from urllib.parse import unquote

import numpy as np

from ...tools.normalize import normalize
from ...tools.ranking.data.model import ItemTable
from ...tools.ranking.dialogues.knowledge import Triple

_WIKIPEDIA = "wikipedia_movies/facts_only_1970_2023.jsonl"
_PLOTS = "redial/ievalm/id2info.json"
_MOVIES, _RATINGS = "ml_latest_small/movies.csv", "ml_latest_small/ratings.csv"
_LIKED_FROM = 4.0
_COMPANY = 30
"""Films that are kept as liked by the same people, for each."""
_SHRINKAGE = 10.0


@dataclass(frozen=True)
class Films:
    """The items of a benchmark and what is known of them."""

    items: ItemTable
    titles: tuple[str, ...]
    triples: tuple[Triple, ...]
    prior: np.ndarray
    """Shape (n,): standardised logarithm of how many people rated it; 0 for a film that is not rated."""


@dataclass(slots=True)
class _Facts:
    words: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def films_of(resources: Sequence[str], data: Path) -> Films:
    """Of items `<http://dbpedia.org/resource/NAME>`; sources that are not in the folder are left out."""
    named = {one: resource_name(one) for one in resources}
    facts: dict[str, _Facts] = defaultdict(_Facts)
    _from_wikipedia(data / _WIKIPEDIA, named, facts)
    _from_plots(data / _PLOTS, named, facts)
    raters = _raters(data, named)
    triples = [Triple(one, relation, other) for one, found in facts.items() for relation, other in found.links]
    titles = tuple(bare_title(named[one]) for one in resources)
    texts = tuple(" ".join([title, *facts[one].words]) for one, title in zip(resources, titles, strict=True))
    return Films(
        ItemTable(tuple(resources), texts=texts), titles, (*triples, *_company(raters)), _prior(resources, raters)
    )


def resource_name(resource: str) -> str:
    """`Up (2009 film)` of `<http://dbpedia.org/resource/Up_(2009_film)>`."""
    return unquote(resource.removeprefix("<http://dbpedia.org/resource/").removesuffix(">")).replace("_", " ")


def bare_title(name: str) -> str:
    """Without what stands in brackets; `Matrix, The` as `The Matrix`."""
    title = re.sub(r"\s*\([^)]*\)", "", name).strip()
    moved = re.fullmatch(r"(.*), (The|A|An)", title)
    return f"{moved[2]} {moved[1]}" if moved else title


def year_of(name: str) -> str:
    """The year in its brackets; empty without one."""
    found = re.search(r"\((\d{4})[^)]*\)", name)
    return found[1] if found else ""


class FilmNames:
    """Films of other lists, by title and, where both have one, by year."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for resource, name in named.items():
            self._found[_letters(name)].append((year_of(name), resource))

    def of(self, name: str) -> str | None:
        """The resource; None when there is none of that title, or of another year."""
        year = year_of(name)
        known = self._found.get(_letters(name), [])
        same = [resource for other, resource in known if other == year]
        without = [resource for other, resource in known if not (other and year)]
        return next(iter([*same, *without]), None)


def _letters(name: str) -> str:
    return " ".join(re.findall(r"\w+", normalize(bare_title(name))))


def _from_wikipedia(path: Path, named: Mapping[str, str], facts: dict[str, _Facts]) -> None:
    by_name = {name: resource for resource, name in named.items()}
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        film = json.loads(line)
        resource = by_name.get(unquote(film.get("href") or "").replace("_", " "))
        if resource:
            found = facts[resource]
            found.links += [("genre", one) for one in film["genres"]] + [("star", one) for one in film["cast"]]
            found.links.append(("decade", f"{film['year'] // 10 * 10}s"))
            found.words += [*film["genres"], *film["cast"], str(film["year"])]


def _from_plots(path: Path, named: Mapping[str, str], facts: dict[str, _Facts]) -> None:
    names = FilmNames(named)
    films = json.loads(path.read_text("utf-8")).values() if path.is_file() else ()
    for film in films:
        resource = names.of(film["name"])
        if resource:
            found = facts[resource]
            for relation in ("genre", "star", "director", "writer"):
                found.links += [(relation, one) for one in film.get(relation) or ()]
                found.words += film.get(relation) or ()
            found.words.append(film.get("plot") or "")


def _raters(data: Path, named: Mapping[str, str]) -> dict[str, list[tuple[str, float]]]:
    """Who rated a film, and how."""
    names, films = FilmNames(named), {}
    for row in _table(data / _MOVIES):
        resource = names.of(row["title"])
        if resource:
            films[row["movieId"]] = resource
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in _table(data / _RATINGS):
        if row["movieId"] in films:
            found[films[row["movieId"]]].append((row["userId"], float(row["rating"])))
    return found


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _company(raters: Mapping[str, Sequence[tuple[str, float]]]) -> list[Triple]:
    """Films that the same people like, the nearest by shrunken cosine."""
    liked: dict[str, list[str]] = defaultdict(list)
    for film, ratings in raters.items():
        for person, rating in ratings:
            if rating >= _LIKED_FROM:
                liked[person].append(film)
    often = Counter(film for films in liked.values() for film in films)
    both: dict[str, Counter[str]] = defaultdict(Counter)
    for films in liked.values():
        for one, other in combinations(sorted(films), 2):
            both[one][other] += 1
            both[other][one] += 1
    found: list[Triple] = []
    for film, others in both.items():
        near = {
            other: times / ((often[film] + _SHRINKAGE) * (often[other] + _SHRINKAGE)) ** 0.5
            for other, times in others.items()
        }
        found += [
            Triple(film, "liked with", other) for other in sorted(near, key=lambda one: (-near[one], one))[:_COMPANY]
        ]
    return found


def _prior(resources: Sequence[str], raters: Mapping[str, Sequence[tuple[str, float]]]) -> np.ndarray:
    counts = np.log1p(np.array([len(raters.get(one, ())) for one in resources], np.float64))
    deviation = counts.std()
    return (counts - counts.mean()) / deviation if deviation else counts
