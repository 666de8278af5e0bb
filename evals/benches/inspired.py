"""`recommender bench inspired`: new films in INSPIRED's dialogues, beside what language models reach unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ...tools.ranking.dialogues.fitting import fit
from .dialogue_judged import OURS, Case, Ranks, rank_cases, recall_lines
from .figures import BenchReport, Figure, Options
from .inspired_data import inspired_dev, inspired_train
from .movie_facts import films_of
from .zero_shot_data import NEW_ONLY, data_folder, read_zero_shot

_AT = (1, 10, 20)
_BOUNDS = (None, 0.175, 0.237)
_NOTES = (
    "Published (He et al. 2023), Recall@1/10/20 on 211 targets: GPT-4 .062/.175/.237, GPT-3.5 .047/.156/.209.",
    NEW_ONLY,
    "Learned from INSPIRED's training pairs; films are known by Wikipedia's genres and casts, plots, and MovieLens "
    "ratings, where these are in the folder of data. Settings were chosen on the validation dialogues.",
)
_REHEARSAL = "A rehearsal: judged by the validation dialogues, the test was not used; bounds do not hold."


def inspired(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Fits on the training dialogues, judges by the test, or in a rehearsal by the validation dialogues."""
    published = read_zero_shot(options.data, "inspired")
    data = data_folder(options.data, "inspired/reficr/inspired_conv_db.jsonl")
    films = films_of(published.items, data)
    cases = inspired_dev(data, published.items) if options.rehearse else published.test
    train = inspired_train(data, published.items, [one.choice for one in cases])
    fitted = fit(train, films.items, titles=films.titles, knowledge=films.triples, prior=films.prior, progress=progress)
    ranks = rank_cases(cases, fitted.ranker, options.seed, progress)
    notes = [_REHEARSAL] if options.rehearse else []
    return new_only_report("inspired", ranks, cases, options, (*notes, *_NOTES), _BOUNDS)


def new_only_report(
    name: str,
    ranks: Ranks,
    cases: Sequence[Case],
    options: Options,
    notes: Sequence[str],
    bounds: Sequence[float | None],
) -> BenchReport:
    """Recall of new items, with intervals in the notes."""
    everything = np.ones(len(ranks.new), bool)
    title = f"{len(cases):,} turns"
    lines = [*notes, *recall_lines(title, ranks, _AT, everything, options.seed)]
    return BenchReport(name, tuple(_figures(ranks, everything, bounds, options)), options, tuple(lines))


def _figures(ranks: Ranks, kept: np.ndarray, bounds: Sequence[float | None], options: Options) -> Iterator[Figure]:
    for k, bound in zip(_AT, bounds, strict=True):
        least = None if options.rehearse else bound
        yield Figure(f"new items: Recall@{k}", ranks.recall(OURS, k, kept, options.seed).mean, at_least=least)
