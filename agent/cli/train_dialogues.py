"""`recommender train --dialogues`: a ranker that listens to the conversation, from dialogues."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ...tools.errors import InputError
from .training_screen import stages

if TYPE_CHECKING:
    from ...tools.catalog import Catalog
    from ...tools.ranking.dialogues.fitting import FittedDialogues
    from ...tools.ranking.dialogues.reading import ReadDialogues

_RECALL_AT = (1, 10, 25)


@dataclass(frozen=True, slots=True)
class DialoguesAsked:
    """What to learn from, and where to."""

    dialogues: Path
    knowledge: Path | None
    catalog: Catalog | None
    out: Path | None
    seed: int
    quiet: bool

    @property
    def directory(self) -> Path:
        """That of the catalog's index, beside the ranker from interactions, unless another one is named."""
        from ...tools.ranking.dialogues.kept import DIRECTORY  # noqa: PLC0415

        beside = self.catalog.directory if self.catalog else None
        return self.out or (beside / DIRECTORY if beside else Path(f"{self.dialogues.name.split('.')[0]}-dialogues"))


def train_dialogues(asked: DialoguesAsked) -> None:
    """Fits, keeps and says how it did on its own dialogues. Raises LogError, TrainingError and InputError."""
    from ...tools.ranking.dialogues.kept import save_dialogues  # noqa: PLC0415
    from ...tools.ranking.dialogues.reading import read_dialogues  # noqa: PLC0415

    if asked.directory.exists() and not asked.directory.is_dir():
        raise InputError(f"{asked.directory} is a file.", cure="Name a directory with --out.")
    ids = [item.id for item in asked.catalog.items()] if asked.catalog else None
    read = read_dialogues(asked.dialogues, ids)
    if not asked.quiet:
        typer.echo("\n".join(read.summary()), err=True)
    fitted = _fitted(asked, read)
    save_dialogues(asked.directory, fitted.ranker)
    told = _told(fitted, read, asked.directory)
    typer.echo(json.dumps(told, ensure_ascii=False) if asked.quiet else _as_text(told))


def _fitted(asked: DialoguesAsked, read: ReadDialogues) -> FittedDialogues:
    from ...tools.ranking.data.model import ItemTable  # noqa: PLC0415
    from ...tools.ranking.dialogues.fitting import fit  # noqa: PLC0415
    from ...tools.ranking.dialogues.knowledge import facts_of, read_knowledge  # noqa: PLC0415
    from ...tools.ranking.dialogues.ranker import DialogueConfig  # noqa: PLC0415
    from ...tools.ranking.dialogues.reading import items_named  # noqa: PLC0415
    from ...tools.ranking.tables import item_table  # noqa: PLC0415

    catalog = asked.catalog
    triples = read_knowledge(asked.knowledge) if asked.knowledge else []
    triples += facts_of(catalog) if catalog else []
    with stages(quiet=asked.quiet) as progress:
        return fit(
            read.dialogues,
            item_table(catalog) if catalog else ItemTable(items_named(read.dialogues)),
            titles=[item.title for item in catalog.items()] if catalog else None,
            knowledge=triples,
            prior=catalog.prior if catalog else None,
            config=DialogueConfig(seed=asked.seed),
            progress=lambda done, total: progress("weights", done, total),
        )


def _told(fitted: FittedDialogues, read: ReadDialogues, out: Path) -> dict[str, Any]:
    from ...tools.ranking.dialogues.features import FEATURES  # noqa: PLC0415

    often = fitted.often_recommended()
    return {
        "out": str(out),
        "dialogues": len(read.dialogues),
        "choices": len(fitted.ranks()),
        "unknown_items": len(read.unknown),
        "weights": {name: round(float(one), 3) for name, one in zip(FEATURES, fitted.ranker.weights, strict=True)},
        "recall": {str(k): round(float((fitted.ranks() <= k).mean()), 3) for k in _RECALL_AT},
        "recall_of_popularity": {str(k): round(float((often <= k).mean()), 3) for k in _RECALL_AT},
    }


def _as_text(told: dict[str, Any]) -> str:
    ours, theirs = (
        ", ".join(f"@{k} {value:.3f}" for k, value in told[name].items()) for name in ("recall", "recall_of_popularity")
    )
    return (
        f"{told['choices']:,} recommendations, each as if its own dialogue had never been heard: recall {ours} "
        f"(by popularity alone {theirs}).\nKept in {told['out']}."
    )
