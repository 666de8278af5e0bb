"""`recommender bench opendialkg`: what is recommended next, by the protocol of iEvaLM (Wang et al. 2023)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ...tools.ranking.dialogues.fitting import fit
from ...tools.ranking.dialogues.model import Choice, choices
from .dialogue_judged import OURS, Case, Ranks, rank_cases, recall_lines
from .figures import BenchReport, Figure, Options
from .opendialkg_data import OpenDialKG, dialogue_of, read_opendialkg

_AT = (1, 10, 25)
_PLAIN = "ours without the knowledge graph, texts of items kept"
_SPLIT = "published split"
_APART = "dialogues that training has no turn of"
_NEW = "items that nobody had named"
_BOUNDS = {_SPLIT: (0.50, 0.71, 0.73), _APART: (0.49, 0.63, 0.65), _NEW: (None, None, None)}
_NOTES = (
    "Published on the same split (Wang et al. 2023, Rethinking the Evaluation for Conversational Recommendation), "
    "Recall@1/10/25: KBRD .231/.423/.492, BARCOR .312/.453/.510, UniCRS .308/.513/.574; ChatGPT .310/.539 (@1/@10).",
    "As there: every recommended item of a turn is a target, what was named before may be recommended again, the "
    "entities of the context are given, and so is the knowledge graph.",
    "Learned from the training turns alone; settings were chosen on the validation turns.",
)
_REHEARSAL = "A rehearsal: judged by the validation turns, the test was not used; bounds do not hold."


def opendialkg(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Fits on the training turns, judges by the test, or in a rehearsal by the validation turns."""
    data = read_opendialkg(options.data, "valid" if options.rehearse else "test")
    train = [one.model_copy(update={"id": dialogue_of(one.id)}) for one in data.train]
    cases = [Case(one) for one in _choices(data)]
    ranks, plain = (
        rank_cases(cases, fit(train, data.items, knowledge=known, progress=progress).ranker, options.seed, progress)
        for known in (data.triples, ())
    )
    ranks = replace(ranks, of={**ranks.of, _PLAIN: plain.of[OURS]})
    apart = ~np.isin(ranks.dialogues, [one.id for one in train])
    parts = {_SPLIT: np.ones(len(apart), bool), _APART: apart, _NEW: ranks.new}
    notes = [_REHEARSAL, *_NOTES] if options.rehearse else [*_NOTES]
    for title, kept in parts.items():
        notes += recall_lines(title, ranks, _AT, kept, options.seed)
    figures = [one for title, kept in parts.items() for one in _figures(title, ranks, kept, options)]
    return BenchReport("opendialkg", tuple(figures), options, tuple(notes))


def _choices(data: OpenDialKG) -> Iterator[Choice]:
    for one in choices(data.judged):
        yield Choice(dialogue_of(one.dialogue), one.talk, one.chosen)


def _figures(title: str, ranks: Ranks, kept: np.ndarray, options: Options) -> Iterator[Figure]:
    for k, bound in zip(_AT, _BOUNDS[title], strict=True):
        least = None if options.rehearse else bound
        yield Figure(f"{title}: Recall@{k}", ranks.recall(OURS, k, kept, options.seed).mean, at_least=least)
