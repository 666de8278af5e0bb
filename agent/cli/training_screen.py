"""What a training looks like in the terminal: a bar a stage, and a table of what each part is worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from ...tools.ranking.learning.card import Measured
    from ...tools.ranking.learning.fitting import Progress as Watch
    from ...tools.ranking.learning.fitting import Training
    from ...tools.ranking.learning.tuning import Tuned


@contextmanager
def stages(*, quiet: bool) -> Iterator[Watch]:
    """Yields a callback (stage, done, total); each stage has its bar on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bars:

        def move(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for finished in tasks.values():
                    bars.update(finished, total=1, completed=1)
                tasks[stage] = bars.add_task(stage, total=None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield move


def as_data(training: Training, out: Path, tuned: Tuned | None) -> dict[str, Any]:
    """The result of a training as JSON values."""
    model, card = training.model, training.model.card
    speeds = {name: round(fit.rows_per_second) for name, fit in training.fits.items() if fit.rows_per_second}
    assert card.calibration
    return {
        "out": str(out),
        "data_hash": card.data_hash,
        "split_hash": card.split_hash,
        "seed": card.seed,
        "weights": model.weights,
        "left_out": list(card.left_out),
        "measured": [asdict(one) for one in card.measured],
        "cross_fitted_ndcg": card.honest,
        "temperature": model.temperature,
        "ece_before": card.calibration.ece_before,
        "ece_after": card.calibration.ece_after,
        "tuned": asdict(tuned) if tuned else None,
        "cost_of_correction": asdict(training.cost) if training.cost else None,
        "rows_per_second": speeds,
        "epochs": {name: round(fit.epochs, 2) for name, fit in training.fits.items() if fit.epochs},
        "seconds": {name: round(fit.seconds, 2) for name, fit in training.fits.items()},
    }


def print_training(training: Training, out: Path, tuned: Tuned | None) -> None:
    """Hashes, a table for each split, calibration, and where the model lies."""
    console, card = Console(highlight=False), training.model.card
    if tuned:
        console.print(
            f"Best of {tuned.tries} tries: NDCG@10 {tuned.before:.4f} -> {tuned.best:.4f} on validation. The best of "
            f"many looks better than it is; only --test tells. {json.dumps(tuned.configs)}"
        )
    console.print(f"data {card.data_hash}, split {card.split_hash} ({card.split}), seed {card.seed}")
    for split in dict.fromkeys(one.split for one in card.measured):
        console.print(_table(training, split))
    assert card.calibration
    console.print(
        f"The weights were chosen on validation; on users they were not learned from the mixture has NDCG@10 "
        f"{card.honest:.4f}. Calibration error {card.calibration.ece_before:.4f} -> {card.calibration.ece_after:.4f}."
    )
    if training.cost:
        console.print(f"Lists corrected by {training.cost.options}, on validation:\n{training.cost}", soft_wrap=True)
    console.print(f"The model and its card are in {out}", soft_wrap=True)


def _table(training: Training, split: str) -> Table:
    rows = [one for one in training.model.card.measured if one.split == split]
    metrics = list(dict.fromkeys(one.metric for one in rows))
    table = Table(title=f"{split}, {rows[0].users:,} choices", show_edge=False, pad_edge=False)
    for head in ("part", "weight", *metrics, "fit", "rows/s"):
        table.add_column(head, justify="left" if head == "part" else "right", no_wrap=head == "part")
    for what in dict.fromkeys(one.what for one in rows):
        cells = [_cell(one) for one in rows if one.what == what]
        table.add_row(what, _weight(training, what), *cells, *_speed(training, what))
    return table


def _cell(one: Measured) -> str:
    return f"{one.value:.4f} [{one.low:.4f}, {one.high:.4f}]"


def _weight(training: Training, what: str) -> str:
    return f"{training.model.weights.get(what, 0.0):.2f}" if what in training.learned.voices else ""


def _speed(training: Training, what: str) -> tuple[str, str]:
    fit = training.fits.get(what)
    if fit is None:
        return "", ""
    return f"{fit.seconds:.1f} s", "" if fit.rows_per_second is None else f"{fit.rows_per_second:,.0f}"
