"""`recommender train`: a ranker from interactions."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
import yaml

from ...tools.catalog import Catalog
from ...tools.errors import InputError
from ..settings import Settings
from .progress import open_with_bar
from .train_dialogues import DialoguesAsked, train_dialogues
from .training_screen import as_data, print_training, stages

if TYPE_CHECKING:
    from ...tools.ranking.correction import Correction
    from ...tools.ranking.data.model import Interactions, ItemTable
    from ...tools.ranking.data.report import ReadReport
    from ...tools.ranking.learning.distributed import Group
    from ...tools.ranking.learning.fitting import Progress
    from ...tools.ranking.learning.preparing import TrainSettings
    from ...tools.ranking.learning.tuning import Tuned

train_app = typer.Typer()
_POWER = re.compile(r"[-+]?(\d+\.?|\d*\.\d+)[eE][-+]?\d+")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to train on, and where to."""

    interactions: Path
    catalog: Catalog | None
    out: Path
    liked_from: float | None
    quiet: bool

    @property
    def name(self) -> str:
        return self.catalog.name if self.catalog else self.interactions.name.split(".")[0]

    @property
    def work(self) -> Path:
        """Beside the directory of the model, so that half a training is never taken for a model."""
        return self.out.with_name(f"{self.out.name}.unfinished")


@train_app.command("train")
def train(
    interactions: Annotated[
        Path | None, typer.Option(help="CSV, TSV, JSON Lines or Parquet of user, item, and rating, time, kind.")
    ] = None,
    dialogues: Annotated[
        Path | None, typer.Option(help="JSON Lines of dialogues with what was recommended: a ranker that listens.")
    ] = None,
    knowledge: Annotated[
        Path | None, typer.Option(help="With --dialogues: subject, relation, object, tab-separated.")
    ] = None,
    catalog: Annotated[
        str | None, typer.Option(help="Embedded catalog, file or index directory; without one items are plain ids.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Directory of the model; that of the catalog's index.")] = None,
    parts: Annotated[str, typer.Option(help="Names with commas between them; all that can be fitted but rater.")] = "",
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of a part, as ease.ridge=50; repeatable.")
    ] = None,
    split: Annotated[Literal["loo", "time"], typer.Option(help="Hold out by user (leave one out) or by time.")] = "loo",
    liked_from: Annotated[
        float | None, typer.Option(help="Only events rated so much or more, all alike; else by the scale.")
    ] = None,
    correct: Annotated[
        list[str] | None,
        typer.Option(help="Print what correcting lists costs: diversity=0.2, popularity, calibration, exposure."),
    ] = None,
    test: Annotated[bool, typer.Option("--test", help="Judge by the test as well. Once, at the very end.")] = False,
    tune: Annotated[
        int, typer.Option(min=0, help="First try so many settings of the parts (needs the extra train).")
    ] = 0,
    minutes: Annotated[float | None, typer.Option(min=0, help="At most, for each part trained in epochs.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and data give the same model.")] = 0,
    threads: Annotated[int, typer.Option(help="Threads of torch.", min=1)] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a training was interrupted.")] = False,
    earlier: Annotated[
        Path | None, typer.Option("--from", help="An earlier model to go on from, with all interactions there are now.")
    ] = None,
    logs: Annotated[Path | None, typer.Option(help="Directory for TensorBoard (needs the extra train).")] = None,
    licence: Annotated[str, typer.Option(help="Of the data, for the model card.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Train a ranker from interactions: parts, their weights, calibration, model card."""
    from ...tools.ranking.learning.preparing import TrainSettings  # noqa: PLC0415
    from ...tools.ranking.learning.recipes import check_names  # noqa: PLC0415

    wanted = tuple(one.strip() for one in parts.split(",") if one.strip())
    check_names((*wanted, *_configs(changes or [])))
    _check_used(wanted, _configs(changes or []))
    if knowledge and not dialogues:
        raise InputError("--knowledge is read with --dialogues.", cure="Give the dialogues as well.")
    with ExitStack() as stack:
        opened = (
            stack.enter_context(closing(open_with_bar([catalog], Settings.read(), quiet=as_json))) if catalog else None
        )
        if dialogues:
            _check_alone(interactions, wanted)
            train_dialogues(DialoguesAsked(dialogues, knowledge, opened, out, seed, as_json))
            return
        asked = _asked(interactions, opened, out, liked_from, quiet=as_json)
        settings = TrainSettings(
            parts=wanted,
            configs=_configs(changes or []),
            split=split,
            seed=seed,
            threads=threads,
            minutes=minutes,
            test=test,
            catalog=asked.name,
            licence=licence,
            correction=_correction(correct or [], opened),
        )
        with _resumable(asked), _together(tune) as group:
            if group and group.rank > 0:
                _follow(asked, settings, earlier, group)
            else:
                _train(asked, settings, resume=resume, earlier=earlier, logs=logs, tune=tune, group=group)


def _check_alone(interactions: Path | None, parts: tuple[str, ...]) -> None:
    """Raises InputError for what is said of interactions beside --dialogues: that is a training of its own."""
    if interactions or parts:
        cure = "Call it twice: once with --interactions, once with --dialogues. Both are used together."
        raise InputError("--dialogues trains a ranker of its own.", cure=cure)


def _correction(words: list[str], catalog: Catalog | None) -> Correction | None:
    from ...tools.ranking.correction import correction_of  # noqa: PLC0415

    return correction_of(words, catalog, [item.id for item in catalog.items()] if catalog else ())


def _configs(changes: list[str]) -> dict[str, dict[str, Any]]:
    """PART.SETTING=VALUE, with values as in YAML."""
    found: dict[str, dict[str, Any]] = {}
    for one in changes:
        name, equals, value = one.partition("=")
        part, dot, setting = name.partition(".")
        if not (equals and dot and setting):
            raise InputError(f"{one!r} sets nothing.", cure="Write it as PART.SETTING=VALUE, such as ease.ridge=50.")
        found.setdefault(part, {})[setting] = _value(value)
    return found


def _value(text: str) -> Any:
    """As in YAML, where 1e-3 is a number as well. Raises InputError for nonsense."""
    if _POWER.fullmatch(text):
        return float(text)
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{text!r} is no value of a setting.", cure="Give a number, a word, true or false.") from error


def _check_used(parts: tuple[str, ...], configs: dict[str, dict[str, Any]]) -> None:
    """Raises InputError for a setting of a part that is not among those asked for; popularity always is."""
    from ...tools.ranking.learning.recipes import usual_parts  # noqa: PLC0415

    unused = [name for name in configs if name not in (*(parts or usual_parts()), "popularity")]
    if unused:
        cure = f"Add {unused[0]} to --parts, or leave its settings out."
        raise InputError(f"--set changes the part {unused[0]}, which is not fitted.", cure=cure)


def _asked(
    interactions: Path | None, catalog: Catalog | None, out: Path | None, liked_from: float | None, *, quiet: bool
) -> _Asked:
    source = interactions or (catalog.interactions if catalog else None)
    if source is None:
        raise InputError("There are no interactions to train on.", cure="Give them with --interactions FILE.")
    beside = catalog.directory if catalog else None
    chosen = out or (beside / "ranker" if beside else Path(f"{source.name.split('.')[0]}-ranker"))
    _check_writable(chosen)
    return _Asked(source, catalog, chosen, liked_from, quiet)


def _check_writable(directory: Path) -> None:
    """Before anything is fitted: the model is written at the very end."""
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{directory} is a file.", cure="Name a directory with --out.")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=directory.parent):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{directory} cannot be written: {reason}.", cure="Name another one with --out.") from error


@contextmanager
def _resumable(asked: _Asked) -> Iterator[None]:
    """Ctrl-C ends with how to go on, and exit code 130."""
    try:
        yield
    except KeyboardInterrupt:
        words = [one for one in sys.argv[1:] if one != "--resume"]
        again = shlex.join(["recommender", *words, "--resume"])
        typer.echo(f"Interrupted. What is finished is kept in {asked.work}. To go on:\n  {again}", err=True)
        raise typer.Exit(130) from None


@contextmanager
def _together(tune: int) -> Iterator[Group | None]:
    """The processes that `torchrun` started this one among; None without it."""
    if "WORLD_SIZE" not in os.environ:
        yield None
        return
    from ...tools.ranking.learning.distributed import torchrun  # noqa: PLC0415

    if tune:
        raise InputError("Settings are not tried out by several processes.", cure="Leave torchrun or --tune out.")
    with torchrun(os.environ) as group:
        yield group


def _follow(asked: _Asked, settings: TrainSettings, earlier: Path | None, group: Group) -> None:
    """Takes a share of the parts that are trained in epochs; the first process keeps what comes of it."""
    from ...tools.ranking.data.order import in_order  # noqa: PLC0415
    from ...tools.ranking.learning.bundle import load_model  # noqa: PLC0415
    from ...tools.ranking.learning.fitting import Places, quiet, train_model  # noqa: PLC0415

    start = load_model(earlier) if earlier else None
    read, ordered = in_order(_read(replace(asked, quiet=True), quiet)[0], settings.seed)
    train_model(read, replace(settings, ordered=ordered, test=False), Places(group=group), start=start)


def _train(
    asked: _Asked,
    settings: TrainSettings,
    *,
    resume: bool,
    earlier: Path | None,
    logs: Path | None,
    tune: int,
    group: Group | None,
) -> None:
    from ...tools.ranking.data.order import in_order  # noqa: PLC0415
    from ...tools.ranking.learning.bundle import load_model, save_model  # noqa: PLC0415
    from ...tools.ranking.learning.fitting import Places, train_model  # noqa: PLC0415

    places, start = Places(asked.work, logs, group), load_model(earlier) if earlier else None
    if not resume:
        places.clear()
    with stages(quiet=asked.quiet) as progress:
        given, report = _read(asked, progress)
        read, ordered = in_order(given, settings.seed)
        settings = replace(settings, ordered=ordered)
        tuned = _tuned(read, asked, settings, tune, progress) if tune else None
        chosen = replace(settings, configs=tuned.configs) if tuned else settings
        training = train_model(read, chosen, places, progress=progress, start=start)
    save_model(asked.out, training.model)
    if asked.quiet:
        told = {"read": report.as_data(), **as_data(training, asked.out, tuned)}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        print_training(training, asked.out, tuned)


def _tuned(read: Interactions, asked: _Asked, settings: TrainSettings, tries: int, progress: Progress) -> Tuned:
    from ...tools.ranking.learning.tuning import tune  # noqa: PLC0415

    return tune(read, settings, tries, asked.out.with_name(f"{asked.out.name}.study.jsonl"), progress)


def _read(asked: _Asked, progress: Progress) -> tuple[Interactions, ReadReport]:
    from ...tools.ranking.data.reading import read_interactions  # noqa: PLC0415
    from ...tools.ranking.data.report import ReadReport, summary  # noqa: PLC0415
    from ...tools.ranking.data.weighing import rated_from  # noqa: PLC0415

    report, now = ReadReport(), datetime.now(UTC)
    items = item_table(asked.catalog) if asked.catalog else None
    read = read_interactions(
        asked.interactions, items, now=now, report=report, progress=lambda done, total: progress("reading", done, total)
    )
    if not asked.quiet:
        typer.echo("\n".join(summary(read, report)), err=True)
    return (read if asked.liked_from is None else rated_from(read, asked.liked_from)), report


def item_table(catalog: Catalog) -> ItemTable:
    """All items of a catalog with the vectors and texts that parts read."""
    from ...tools.catalog.index.composition import embedded_text  # noqa: PLC0415
    from ...tools.ranking.data.model import ItemTable  # noqa: PLC0415

    items = catalog.items()
    texts = tuple(embedded_text(item, catalog.schema) for item in items)
    return ItemTable(tuple(item.id for item in items), catalog.vectors, texts)
