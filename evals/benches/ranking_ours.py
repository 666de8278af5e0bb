"""Our ranker as `recommender train` makes it, and each of its parts alone, in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from ... import tools
from ...tools.ranking.batch.events import UserBlock
from ...tools.ranking.batch.recommending import Choice, Recommend
from ...tools.ranking.data.model import Histories
from ...tools.ranking.data.splits import Held, Split, leave_one_out
from ...tools.ranking.learning.fitting import Training, train_model
from ...tools.ranking.learning.preparing import TrainSettings
from ...tools.ranking.learning.recipes import PARTS, Conditions
from ...tools.ranking.learning.trained import TrainedModel
from ...tools.ranking.learning.voices import Voice
from ...tools.ranking.models.protocol import Scorer
from .memory import peak_mb
from .ranking_data import DATA_SETS, read_data_set, without_last
from .ranking_task import Entry, K, read_entry, run_in, sources_digest, write_entry

MIXTURE = "our mixture"
_CHILD = f"import sys; from {__name__} import fit_and_answer; fit_and_answer(*sys.argv[1:])"
_LIMIT_S = 2 * 3600
_PROBED = 200
_MINUTES = 6.0
"""For a part that is trained in epochs; RecTools' SASRec has somewhat more on the largest data set."""


def ours(data_set: str, data: Path, folder: Path, seed: int, *, rehearse: bool) -> list[Entry]:
    """The mixture and its parts, fitted with one seed, or as an earlier run of the same code left them."""
    code = sources_digest(Path(next(iter(tools.__path__))) / "ranking")
    mine = folder / f"ours-{seed}-{_MINUTES:g}-{code}"
    mine.mkdir(parents=True, exist_ok=True)
    words = [data_set, str(data), str(int(rehearse)), str(seed), str(_MINUTES), str(mine)]
    run_in(mine, [sys.executable, "-c", _CHILD, *words], _LIMIT_S)
    parts = sorted(path.parent for path in mine.glob("*/told.json"))
    return [read_entry(mine, MIXTURE, seed), *(read_entry(one, f"our {one.name}", seed) for one in parts)]


def fit_and_answer(data_set: str, data: str, rehearse: str, seed: str, minutes: str, out: str) -> None:
    """Runs in the measured process: trains, and leaves the lists of every part and of the mixture."""
    everything = read_data_set(data_set, Path(data))
    everything = without_last(everything) if int(rehearse) else everything
    split = leave_one_out(everything)
    settings = TrainSettings(
        ordered=DATA_SETS[data_set].ordered, minutes=float(minutes), seed=int(seed), catalog=data_set
    )
    start = perf_counter()
    training = train_model(everything, settings)
    fit_s = perf_counter() - start
    for part in _parts(training, split, settings):
        alone = replace(training.model, parts=(part,), voices={part.name: Voice()})
        fit = training.fits[part.name]
        write_entry(Path(out) / part.name, _entry(alone, split.test, fit.seconds, fit.rows_per_second or 0.0))
    write_entry(Path(out), _entry(training.model, split.test, fit_s, 0.0))


def _parts(training: Training, split: Split, settings: TrainSettings) -> Sequence[Scorer]:
    """Those of the model, and closed forms that it does without, as it would have had them."""
    kept = training.model.parts
    left = [PARTS[name] for name in training.model.card.left_out if PARTS[name].refit]
    conditions = Conditions(seed=settings.seed)
    made = [one.fit(split.before_test, one.config_of({}, ordered=settings.ordered), conditions) for one in left]
    return [*kept, *made]


def _entry(model: TrainedModel, held: Held, fit_s: float, rows_per_s: float) -> Entry:
    recommend = Recommend(model, Choice(K, np.ones(len(model.items), bool)))
    lists = [_lists(recommend, some) for some in held.histories.batches(recommend.choice.users_at_once)]
    taken = []
    for user in range(min(_PROBED, len(held.targets))):
        one = held.histories.slice(user, user + 1)
        start = perf_counter()
        _lists(recommend, one)
        taken.append((perf_counter() - start) * 1000)
    return Entry(model.parts[0].name, 0, np.concatenate(lists), fit_s, median(taken), peak_mb(), rows_per_s)


def _lists(recommend: Recommend, histories: Histories) -> np.ndarray:
    found = recommend(UserBlock(("",) * len(histories), histories))
    lists = np.full((len(histories), K), -1, np.int64)
    lists[found.users, found.ranks - 1] = found.rows
    return lists
