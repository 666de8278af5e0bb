"""One rival, fitted and asked, in the Python that has it: `python contender.py TASK_FOLDER OUT_FOLDER`.

A script on its own, which knows nothing of the package: plain arrays in, plain arrays out, judged by whoever asked.
In TASK: `fit_users.npy`, `fit_rows.npy` (events, by user and then by time), `users.npy` (b,), `task.json` (items, k).
In OUT: `method.json` (package, method, config, seed, threads, minutes) is read; `lists.npy` (b, k), best first, -1 for
none, and `told.json` (fit_s, ask_ms, peak_mb, rows_per_s, version) are written.
"""

# pyright: reportMissingImports=false
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

Lists = np.ndarray
_PROBED = 100


@dataclass(frozen=True)
class Task:
    """What to fit on, and who is to be recommended to: their history is what they have in the events."""

    users: np.ndarray
    rows: np.ndarray
    asked: np.ndarray
    items: int
    k: int

    @classmethod
    def read(cls, folder: Path) -> "Task":
        """From its folder."""
        arrays = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("fit_users", "fit_rows", "users"))
        said = json.loads((folder / "task.json").read_text())
        return cls(*arrays, items=said["items"], k=said["k"])


@dataclass(frozen=True)
class Fitted:
    """A rival that answers for users, shape (b,) to (b, k), what its fit took, and how many epochs if it has any."""

    ask: Callable[[np.ndarray], Lists]
    fit_s: float
    epochs: float = 0.0


def with_implicit(task: Task, how: dict[str, Any]) -> Fitted:
    """implicit: matrix factorisation and item neighbours."""
    from implicit.als import AlternatingLeastSquares  # noqa: PLC0415
    from implicit.bpr import BayesianPersonalizedRanking  # noqa: PLC0415
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender  # noqa: PLC0415
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    shape = (int(task.users.max()) + 1, task.items)
    seen = csr_matrix((np.ones(len(task.rows), np.float32), (task.users, task.rows)), shape=shape)
    seen.data[:] = 1
    models = {
        "als": AlternatingLeastSquares,
        "bpr": BayesianPersonalizedRanking,
        "cosine": CosineRecommender,
        "tfidf": TFIDFRecommender,
        "bm25": BM25Recommender,
    }
    random = {"random_state": how["seed"]} if how["method"] in ("als", "bpr") else {}
    model = models[how["method"]](**how["config"], **random, num_threads=how["threads"])
    fit_s = seconds(lambda: model.fit(seen, show_progress=False))
    return Fitted(
        lambda users: model.recommend(users, seen[users], N=task.k, filter_already_liked_items=True)[0], fit_s
    )


def with_lenskit(task: Task, how: dict[str, Any]) -> Fitted:
    """LensKit: item neighbours, matrix factorisation, EASE; one user at a time."""
    import pandas as pd  # noqa: PLC0415
    from lenskit.als import ImplicitMFScorer  # noqa: PLC0415
    from lenskit.data import ItemList, RecQuery, from_interactions_df  # noqa: PLC0415
    from lenskit.knn import EASEScorer, ItemKNNScorer  # noqa: PLC0415
    from lenskit.training import TrainingOptions  # noqa: PLC0415

    models = {"iknn": ItemKNNScorer, "als": ImplicitMFScorer, "ease": EASEScorer}
    frame = pd.DataFrame({"user_id": task.users, "item_id": task.rows}).drop_duplicates()
    data = from_interactions_df(frame)
    model = models[how["method"]](**how["config"])
    fit_s = seconds(lambda: model.train(data, TrainingOptions(rng=how["seed"])))
    ids = np.unique(task.rows)
    everything = ItemList(item_ids=ids)
    first = np.searchsorted(task.users, np.arange(int(task.users.max()) + 2))

    def one(user: int) -> np.ndarray:
        had = np.unique(task.rows[first[user] : first[user + 1]])
        found = model(RecQuery(user_id=user, user_items=ItemList(item_ids=had)), everything)
        scores = np.nan_to_num(np.asarray(found.scores(), np.float64), nan=-np.inf)
        scores[np.searchsorted(ids, had)] = -np.inf
        best = np.argsort(-scores, kind="stable")[: task.k]
        return np.where(np.isfinite(scores[best]), ids[best], -1)

    return Fitted(lambda users: np.stack([one(int(user)) for user in users]), fit_s)


def with_rectools(task: Task, how: dict[str, Any]) -> Fitted:
    """RecTools: SASRec."""
    import pandas as pd  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from pytorch_lightning import Trainer, seed_everything  # noqa: PLC0415
    from rectools import Columns  # noqa: PLC0415
    from rectools.dataset import Dataset  # noqa: PLC0415
    from rectools.models import SASRecModel  # noqa: PLC0415

    torch.set_num_threads(how["threads"])
    seed_everything(how["seed"])
    times = pd.to_datetime(np.arange(len(task.rows)), unit="s")
    columns = {Columns.User: task.users, Columns.Item: task.rows, Columns.Weight: 1.0, Columns.Datetime: times}
    data = Dataset.construct(pd.DataFrame(columns))
    quiet = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
    limits = {"max_epochs": how["config"]["epochs"], "max_time": timedelta(minutes=how["minutes"])}
    trainer = Trainer(**limits, **quiet, logger=False, deterministic=True)
    model = SASRecModel(**how["config"], get_trainer_func=lambda: trainer)
    fit_s = seconds(lambda: model.fit(data))

    ran = model.fit_trainer
    epochs = ran.global_step / max(int(ran.num_training_batches), 1) if ran else 0.0

    def ask(users: np.ndarray) -> Lists:
        found = model.recommend(users=users, dataset=data, k=task.k, filter_viewed=True)
        places = np.searchsorted(users, found[Columns.User].to_numpy())
        lists = np.full((len(users), task.k), -1, np.int64)
        lists[places, found[Columns.Rank].to_numpy() - 1] = found[Columns.Item].to_numpy()
        return lists

    return Fitted(ask, fit_s, epochs)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_mb() -> float:
    """The most memory that this process ever held; on Linux without that of whoever started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


PACKAGES = {"implicit": with_implicit, "lenskit": with_lenskit, "rectools": with_rectools}


def run(task: Task, how: dict[str, Any]) -> tuple[Lists, dict[str, Any]]:
    """Fits, asks for everyone at once, then for some one by one."""
    fitted = PACKAGES[how["package"]](task, how)
    lists = np.asarray(fitted.ask(task.asked), np.int64)
    taken = [seconds(lambda user=user: fitted.ask(np.array([user]))) for user in task.asked[:_PROBED]]
    told = {
        "fit_s": fitted.fit_s,
        "ask_ms": statistics.median(taken) * 1000,
        "peak_mb": peak_mb(),
        "rows_per_s": len(task.rows) * fitted.epochs / fitted.fit_s,
        "version": version(how["package"]),
    }
    return lists, told


def main(task: str, out: str) -> None:
    """From folder to folder."""
    folder = Path(out)
    lists, told = run(Task.read(Path(task)), json.loads((folder / "method.json").read_text()))
    np.save(folder / "lists.npy", lists, allow_pickle=False)
    (folder / "told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
