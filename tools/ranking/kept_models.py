"""Which model ranks a catalog: the one given, the one that lies with it, or parts fitted from its interactions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ModelFileError
from .learning.card import Card
from .learning.trained import TrainedModel
from .learning.voices import Voice
from .tables import item_table

if TYPE_CHECKING:
    from ..catalog import Catalog

DIRECTORY = "ranker"
"""Name of the directory of a model, in that of the catalog's index or beside the files of an embedded catalog."""
QUICK = {"popularity": Voice(), "cooccurrence": Voice(weight=4.0, bend=2.0)}
"""Closed forms that are fitted in seconds where nothing was trained, and how they speak: of a strongest neighbour they
say that it is e^3 times as likely the next choice as any item."""
_STRANGE = 0.5
"""A model of which more items are not in the catalog is of another one."""


def models_of(
    catalog: Catalog, given: TrainedModel | Path | None = None, *, clock: Callable[[], datetime]
) -> dict[str, TrainedModel]:
    """The model of each member that has one, by the member's name. `given` is of the first member that has its items.

    Raises ModelFileError for a model that cannot be used or is of another catalog, LogError for interactions that
    cannot be read.
    """
    found = {} if given is None else _placed(catalog, given)
    for member in catalog.members:
        if member.name not in found and (model := _lying_with(member, clock)) is not None:
            found[member.name] = model
    return found


def load_for(catalog: Catalog, directory: Path) -> TrainedModel:
    """The model of a directory, with the vectors of the catalog. Raises ModelFileError, also for another catalog."""
    from .learning.bundle import item_ids, load_model  # noqa: PLC0415 - loads safetensors

    ids = item_ids(directory)
    _check(catalog, ids, f"The ranker in {directory}")
    return load_model(directory, item_table(catalog, ids))


def _placed(catalog: Catalog, given: TrainedModel | Path) -> dict[str, TrainedModel]:
    wrong: ModelFileError | None = None
    for member in catalog.members:
        try:
            if isinstance(given, Path):
                return {member.name: load_for(member, given)}
            _check(member, given.items.item_ids, "The ranker")
            return {member.name: given}
        except ModelFileError as error:
            wrong = wrong or error
    assert wrong
    raise wrong


def _check(catalog: Catalog, ids: tuple[str, ...], what: str) -> None:
    strange = [one for one in ids if one not in catalog]
    if len(strange) > _STRANGE * len(ids):
        message = (
            f"{what} was trained with another catalog: {catalog.name} lacks {len(strange)} of its {len(ids)} items"
        )
        raise ModelFileError(
            f"{message}, such as {strange[0]!r}.", cure="Give the catalog that it was trained with, or train again."
        )


def _lying_with(catalog: Catalog, clock: Callable[[], datetime]) -> TrainedModel | None:
    around = (catalog.directory, catalog.interactions and catalog.interactions.parent)
    place = next((one / DIRECTORY for one in around if one and (one / DIRECTORY).is_dir()), None)
    if place:
        return load_for(catalog, place)
    return _quickly_fitted(catalog, catalog.interactions, clock) if catalog.interactions else None


def _quickly_fitted(catalog: Catalog, interactions: Path, clock: Callable[[], datetime]) -> TrainedModel:
    """Kept in the directory of the catalog under the hash of the interactions; on a read-only disk it is made again."""
    from .learning.bundle import save_model  # noqa: PLC0415 - loads safetensors

    digest = hashlib.sha256(interactions.read_bytes()).hexdigest()[:16]
    place = catalog.directory / f"{DIRECTORY}-{digest}" if catalog.directory else None
    if place and place.is_dir():
        with suppress(ModelFileError):  # a damaged one, or of another version, is made anew
            return load_for(catalog, place)
    model = _fitted(catalog, interactions, clock())
    if place:
        with suppress(PermissionError):
            save_model(place, model)
    return model


def _fitted(catalog: Catalog, interactions: Path, now: datetime) -> TrainedModel:
    from .data.reading import read_interactions  # noqa: PLC0415 - loads pyarrow
    from .data.report import ReadReport  # noqa: PLC0415
    from .learning.recipes import PARTS, Conditions  # noqa: PLC0415

    table = item_table(catalog)
    read = read_interactions(interactions, table, now=now, report=ReadReport())
    parts = tuple(PARTS[name].fit(read, PARTS[name].config_of({}), Conditions()) for name in QUICK)
    card = Card(
        catalog=catalog.name,
        licence="",
        data_hash=read.digest(),
        split_hash="",
        split="none",
        users=len(read.user_ids),
        items=len(table),
        events=len(read),
        refitted=(),
        parts=tuple(QUICK),
        left_out=(),
        seed=0,
    )
    return TrainedModel(table, parts, QUICK, 1.0, card)
