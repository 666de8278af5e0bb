"""From interactions to a fitted transformer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from ....errors import TrainingError
from ...data.model import Histories, Interactions, ItemTable
from ...data.splits import Held
from ...learning.training import Progress, Running, train
from .beginning import joining, smoothed
from .config import SequentialConfig
from .learner import Material, SequentialLearner
from .losses import Proposal
from .model import Sequential
from .network import Network
from .sequences import Events

SPREAD_FROM = 500
"""Histories from which the usual spread of scores is taken."""


def fit(
    train_on: Interactions,
    config: SequentialConfig = SequentialConfig(),
    *,
    seed: int = 0,
    held: Held | None = None,
    earlier: Sequential | None = None,
    running: Running = Running(),
    progress: Progress = lambda _: None,
) -> Sequential:
    """Trains until NDCG@10 of full ranking on `held` no longer rises, and returns the best weights.

    Without `held` the last event of at most `config.judged` people is kept out of training for it. `earlier` is a model
    to go on from: it keeps what it knows of each item id, and learns of items that are new. Raises TrainingError when
    there is nothing to learn from, or the loss is no number; ModelFileError for a checkpoint of another training.
    """
    fingerprint = _fingerprint(train_on, config, seed, held, earlier)
    if held is None:
        train_on, held = keep_apart(train_on, config.judged, seed)
    events = Events.of(train_on.histories())
    _check(events, held)
    material = Material(events, train_on.items, held, Proposal.of(events.rows, len(train_on.items)))
    device = device_of(running)
    network, table = _beginning(material, config, seed, earlier)
    learner = SequentialLearner(material, config, network, table.to(device), seed, running.group)
    train(
        learner, running, seed=seed, epochs=config.epochs, patience=config.patience, fingerprint=fingerprint,
        progress=progress,
    )  # fmt: skip
    return _finished(learner.model(), train_on.items, events)


def keep_apart(train_on: Interactions, people: int, seed: int) -> tuple[Interactions, Held]:
    """Training data without the last event of some people who have three or more, and those events to judge by."""
    starts = np.searchsorted(train_on.users, np.arange(len(train_on.user_ids) + 1))
    able = np.flatnonzero(np.diff(starts) >= 3)
    last = starts[1:][able] - 1
    able = able[(train_on.weights[last] > 0) & (train_on.rows[last] >= 0)]
    users = np.sort(np.random.default_rng([seed, len(able)]).permutation(able)[:people])
    last = starts[users + 1] - 1
    kept = np.ones(len(train_on), bool)
    kept[last] = False
    rest = train_on.where(kept)
    return rest, Held(rest.histories().take(users), train_on.rows[last], users.astype(np.int32))


def _check(events: Events, held: Held) -> None:
    if not (np.diff(events.starts) > 1).any():
        cure = "Give interactions in which somebody has two or more."
        raise TrainingError("No history has two events, so there is no order to learn from.", cure=cure)
    if not len(held.targets):
        cure = "Give interactions in which somebody has three or more, or choices to judge by."
        raise TrainingError("Nobody's choice can be held out to judge an epoch by.", cure=cure)


def device_of(running: Running) -> torch.device:
    """Where to train: processes that train together take the GPUs of their machine in turn."""
    if running.device != "auto":
        return torch.device(running.device)
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", running.group.rank % torch.cuda.device_count())


def _beginning(
    material: Material, config: SequentialConfig, seed: int, earlier: Sequential | None
) -> tuple[Network, Tensor]:
    """Fresh weights, or those of an earlier model with rows for the items that are new."""
    items = material.items
    width = items.vectors.shape[1] if items.vectors is not None and config.id_dropout > 0 else 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Network(config, width)
        table = smoothed(torch.randn(len(items), config.dim), material.events)
    return network, table if earlier is None else _taken_over(earlier, material, network, table)


def _taken_over(earlier: Sequential, material: Material, network: Network, table: Tensor) -> Tensor:
    """The network gets the earlier model's weights, and the table what that learned of each item id."""
    try:
        network.load_state_dict(earlier.network.state_dict())
    except RuntimeError as error:
        cure = "Train with the earlier model's configuration, or from the beginning."
        raise TrainingError("The earlier model is of another shape than this configuration.", cure=cure) from error
    rows = {item_id: row for row, item_id in enumerate(earlier.items.item_ids)}
    old = torch.tensor([rows.get(item_id, -1) for item_id in material.items.item_ids])
    known = (old >= 0) & earlier.ids[old].ne(0).any(dim=1)
    table[known] = earlier.ids[old[known]]
    return joining(table, known, material.events) if known.any() else table


def _finished(model: Sequential, items: ItemTable, events: Events) -> Sequential:
    """Without what stands at random for items outside the training data, and knowing how much its scores differ."""
    table = torch.zeros_like(model.ids)
    seen = torch.from_numpy(np.unique(events.rows)).to(table.device)
    table[seen] = model.ids[seen]
    model = Sequential(model.config, items, model.network.cpu(), table.cpu())
    some = Histories(events.starts[: SPREAD_FROM + 1], events.rows, events.weights, np.zeros(len(events.rows)))
    spread = float(model.score(some, np.unique(events.rows)).std(axis=1).mean())
    return Sequential(model.config, items, model.network, model.ids, spread=spread)


def _fingerprint(
    train_on: Interactions, config: SequentialConfig, seed: int, held: Held | None, earlier: Sequential | None
) -> str:
    """Of everything that decides how training goes, but for how long."""
    found = hashlib.sha256(train_on.digest().encode())
    found.update(json.dumps([{**asdict(config), "epochs": 0}, seed], sort_keys=True).encode())
    if held is not None:
        found.update(held.histories.rows.tobytes() + held.targets.tobytes())
    if earlier is not None:
        found.update(earlier.ids.numpy().tobytes())
    return found.hexdigest()[:16]
