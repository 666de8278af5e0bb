"""Intents of people who talk about films: IARD's seekers, whose labels are mapped to our intents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ...agent.offline.classifier import load_classifier
from ...agent.offline.lexicon import CatalogLexicon
from ...agent.offline.understand import understand
from ...graphs.briefing import facet_cards
from ...graphs.briefs import ShownItem, UnderstandBrief
from ...graphs.need import grow
from ...graphs.state import Need
from ...graphs.understanding import Intent, TurnUnderstanding
from ...tools.catalog import Catalog
from ...tools.normalize import normalize
from ...tools.ranking.metrics.intervals import Interval, interval_of
from ..facts import CatalogFacts
from ..opened import OpenCatalogs
from ..suite import Setting
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Figure, Options
from .iard_data import Film, Line, Talk, digest, mapping, read_talks, split

CATALOG = "movies"
_ACCURACY = 0.70
_MOST_SHOWN = 10
Progress = Callable[[int, int], None]


class Told(NamedTuple):
    """A message of a seeker, and the intent that it was taken for."""

    talk: str
    line: Line
    intent: Intent


def iard(options: Options, progress: Progress) -> BenchReport:
    """Accuracy of the intent: with the films that the recommender named as what was shown, and through the graph."""
    part = "dev" if options.rehearse else "test"
    talks = split(read_talks(options.data), part)[: options.count]
    opened = OpenCatalogs()
    heard = listen(talks, opened.catalog(CATALOG), progress)
    played = replay(talks, GraphTarget(opened.catalog), progress)
    rows = {"as the recommender spoke": heard, "through the graph on movies": played, **_floors(heard, options.seed)}
    return BenchReport("iard", tuple(_figures(rows)), options, tuple(_notes(talks, part, rows, options.seed)))


def listen(talks: Sequence[Talk], catalog: Catalog, progress: Progress) -> list[Told]:
    """Each seeker's message understood in the dialogue as it was: what was shown is what the recommender named last."""
    lexicon, titles = CatalogLexicon.build(catalog), CatalogFacts.of(catalog).titles
    found: list[Told] = []
    for done, talk in enumerate(talks, start=1):
        found += _listen(talk, catalog, lexicon, titles)
        progress(done, len(talks))
    return found


def _listen(
    talk: Talk, catalog: Catalog, lexicon: CatalogLexicon, titles: Mapping[str, tuple[str, ...]]
) -> Iterator[Told]:
    need, shown, before, last = Need(), tuple[ShownItem, ...](), tuple[ShownItem, ...](), None
    for line in talk.lines:
        if not line.seeker:
            named = tuple(_shown(film, rank, catalog, titles) for rank, film in enumerate(line.films, start=1))
            shown, before = (named, (*shown, *before)[:_MOST_SHOWN]) if named else (shown, before)
            continue
        brief = _brief(catalog, shown, before, need, last)
        said: TurnUnderstanding = understand(line.text, brief, lexicon, load_classifier())
        need, last = grow(need, said, catalog.schema), said.intent
        yield Told(talk.id, line, said.intent)


def _shown(film: Film, rank: int, catalog: Catalog, titles: Mapping[str, tuple[str, ...]]) -> ShownItem:
    known = titles.get(normalize(film.title))
    facets = catalog.item(known[0]).facets if known else {}
    return ShownItem(id=known[0] if known else film.key, title=film.title, rank=rank, facets=facets)


def _brief(
    catalog: Catalog,
    shown: tuple[ShownItem, ...],
    before: tuple[ShownItem, ...],
    need: Need,
    last: Intent | None,
) -> UnderstandBrief:
    return UnderstandBrief(
        catalog=catalog.name,
        noun=catalog.schema.noun.get("en", "item"),
        facets=facet_cards(catalog, catalog.revision),
        shown=shown,
        shown_before=before,
        constraints=need.constraints,
        last_query=need.query,
        last_intent=last,
        last_language="en",
    )


def replay(talks: Sequence[Talk], target: GraphTarget, progress: Progress) -> list[Told]:
    """Each seeker's messages said to a fresh agent, which shows films of its own."""
    found: list[Told] = []
    for done, talk in enumerate(talks, start=1):
        session = target.open(Setting(name=talk.id, catalog=CATALOG))
        lines = [one for one in talk.lines if one.seeker]
        found += [Told(talk.id, line, Intent(session.say(line.text).intent)) for line in lines]
        progress(done, len(talks))
    return found


def is_right(told: Told) -> bool:
    """Whether the intent is right for any of the message's labels."""
    return any(told.intent in mapping()[label].right for label in told.line.labels)


def is_exact(told: Told) -> bool:
    """Whether it is what the mapping names first for any of the labels."""
    return any(told.intent is mapping()[label].ours for label in told.line.labels)


def _floors(told: Sequence[Told], seed: int) -> dict[str, list[Told]]:
    """The intent that is right most often, for every message; and one at random."""
    counts = Counter(intent for one in told for intent in Intent if is_right(one._replace(intent=intent)))
    majority, drawn = counts.most_common(1)[0][0], np.random.default_rng(seed).integers(0, len(Intent), len(told))
    random = [one._replace(intent=list(Intent)[pick]) for one, pick in zip(told, drawn, strict=True)]
    return {
        f"floor: always {majority}": [one._replace(intent=majority) for one in told],
        "floor: at random": random,
    }


def accuracy(told: Sequence[Told], right: Callable[[Told], bool], seed: int) -> Interval:
    """Share of right messages; whole dialogues are resampled for the interval."""
    talks: dict[str, list[float]] = {}
    for one in told:
        talks.setdefault(one.talk, []).append(float(right(one)))
    table = np.array([(sum(held), len(held)) for held in talks.values()])
    drawn = np.random.default_rng(seed).integers(0, len(table), (2_000, len(table)))
    hits, sizes = table[drawn].sum(axis=1).T
    return interval_of(float(table[:, 0].sum() / table[:, 1].sum()), hits / sizes)


def _notes(talks: Sequence[Talk], part: str, rows: Mapping[str, Sequence[Told]], seed: int) -> Iterator[str]:
    first = next(iter(rows.values()))
    yield (
        f"IARD {part}: {len(talks)} dialogues (ids {digest(list(talks))}; halves by the hash of the id), {len(first)} "
        "messages of seekers; a message with several labels is right when the intent is right for one of them"
    )
    yield "mapping, what it should be and what is right as well:"
    for name, label in mapping().items():
        also = ", ".join(sorted(label.also))
        yield f"  {name:6}{label.says:28}{label.ours}{f' ({also})' if also else ''}"
    yield f"{'accuracy (95% bootstrap over dialogues)':42}{'right':27}{'the first named alone':27}"
    for name, told in rows.items():
        right, exact = (f"{accuracy(told, judge, seed):.3f}" for judge in (is_right, is_exact))
        yield f"{name:42}{right:27}{exact:27}"
    yield from _tables(first)


def _tables(told: Sequence[Told]) -> Iterator[str]:
    """By label, and of our intents, as the recommender spoke."""
    yield "by label: messages that have it, share right for it, what they were taken for"
    for name, label in mapping().items():
        held = [one for one in told if name in one.line.labels]
        if held:
            taken = ", ".join(
                f"{intent} {count}" for intent, count in Counter(one.intent for one in held).most_common(5)
            )
            share = sum(one.intent in label.right for one in held) / len(held)
            yield f"  {name:6}{len(held):5}{share:8.3f}  {taken}"
    yield f"by intent of ours: {'taken':>8}{'precision':>11}{'recall':>8}{'F1':>7}"
    for intent in Intent:
        yield _intent_line(intent, told)


def _intent_line(intent: Intent, told: Sequence[Told]) -> str:
    """Recall: of the messages whose first named intent it is for some label."""
    taken = [one for one in told if one.intent is intent]
    wanted = [one for one in told if any(mapping()[label].ours is intent for label in one.line.labels)]
    precision = sum(map(is_right, taken)) / max(len(taken), 1)
    recall = sum(one.intent is intent for one in wanted) / max(len(wanted), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"  {intent:17}{len(taken):>8}{precision:>11.3f}{recall:>8.3f}{f1:>7.3f}"


def _figures(rows: Mapping[str, Sequence[Told]]) -> Iterator[Figure]:
    for place, (name, told) in enumerate(rows.items()):
        right, exact = (sum(map(judge, told)) / len(told) for judge in (is_right, is_exact))
        ours = place < 2
        yield Figure(f"intent accuracy, {name}", right, at_least=_ACCURACY if ours else None)
        if ours:
            yield Figure("  the first named intent alone", exact)
