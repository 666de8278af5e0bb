"""`recommender bench redial`: new films in ReDial's dialogues, without one of them to learn from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ...tools.ranking.dialogues.fitting import fit
from ...tools.ranking.dialogues.model import Choice
from .dialogue_judged import Case, rank_cases
from .figures import BenchReport, Options
from .inspired import new_only_report
from .inspired_data import inspired_train, talk_of
from .movie_facts import FilmNames, films_of, resource_name
from .zero_shot_data import NEW_ONLY, data_folder, read_zero_shot, without_named

_DEV = "redial/ievalm_eval/valid_data_processed.jsonl"
_NOTES = (
    "Published (He et al. 2023), Recall@1/10/20: GPT-4 .047/.196/.271, zero-shot as well.",
    NEW_ONLY,
    "No dialogue of ReDial is learned from: the model is fitted on INSPIRED's training pairs over ReDial's films, "
    "which are known by Wikipedia's genres and casts, plots, and MovieLens ratings.",
)
_REHEARSAL = "A rehearsal: judged by validation turns, the test was not used."


def redial(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Fits on another data set's dialogues, judges by the test, or in a rehearsal by validation turns."""
    published = read_zero_shot(options.data, "redial")
    data = data_folder(options.data, "inspired/reficr/inspired_conv_db.jsonl")
    films = films_of(published.items, data)
    cases = list(_validation(data, published.items)) if options.rehearse else published.test
    train = inspired_train(data, published.items, [])
    fitted = fit(train, films.items, titles=films.titles, knowledge=films.triples, prior=films.prior, progress=progress)
    ranks = rank_cases(cases[: options.count], fitted.ranker, options.seed, progress)
    notes = [_REHEARSAL] if options.rehearse else []
    return new_only_report("redial", ranks, cases[: options.count], options, (*notes, *_NOTES), (None, None, None))


def _validation(data: Path, items: Sequence[str]) -> Iterator[Case]:
    names = FilmNames({one: resource_name(one) for one in items})
    for line in (data / _DEV).read_text("utf-8").splitlines():
        row = json.loads(line)
        films, named = ([film for film in map(names.of, row[key]) if film] for key in ("rec", "entity"))
        case = without_named(Choice(str(row["dialog_id"]), talk_of(row["context"]), tuple(dict.fromkeys(films))), named)
        if case.choice.chosen and case.choice.talk:
            yield case
