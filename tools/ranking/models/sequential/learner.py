"""One step of training a sequential transformer, and how it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ...data.model import ItemTable
from ...data.splits import Held
from ...learning.distributed import Group
from ...learning.evaluate import ndcg_at, ranks
from ...learning.optimiser import Adam
from .blocks import Layout
from .config import SequentialConfig
from .losses import Negatives, Proposal, gbce_loss, sampled_softmax_loss, softmax_loss
from .model import Sequential
from .network import Network
from .sequences import Events, Windows, training_windows


@dataclass(frozen=True, slots=True)
class Batch:
    """Sequences of one step and the items that they are contrasted with."""

    windows: Windows
    """Sorted by length; a sequence's targets are its events one place further on."""
    negatives: Negatives | None
    """None: all items."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from, and what it is judged by."""

    events: Events
    items: ItemTable
    held: Held
    proposal: Proposal


class SequentialLearner:
    """See `Learner`."""

    def __init__(
        self, material: Material, config: SequentialConfig, network: Network, table: Tensor, seed: int, group: Group
    ) -> None:
        """The table of item embeddings (n, d) lies on the device that is trained on; the network is brought there."""
        self._material, self._config, self._seed, self._group = material, config, seed, group
        self._network, self._table = network.to(table.device), table
        self._vectors = None
        if network.text is not None and material.items.vectors is not None:
            self._vectors = torch.from_numpy(np.ascontiguousarray(material.items.vectors, np.float32)).to(table.device)
        self._parameters = {f"network.{name}": values for name, values in network.named_parameters()}
        self._adam = Adam({name: values.data for name, values in self._parameters.items()}, table, config.rate)
        self._loss = config.loss_for(len(material.items))

    def batches(self, epoch: int) -> Sequence[Batch]:
        random = np.random.default_rng([self._seed, epoch])
        windows = training_windows(self._material.events, self._config.length, random)
        order = random.permutation(len(windows))
        filled = np.cumsum(windows.lengths[order]) // self._config.batch
        parts = np.split(order, np.flatnonzero(np.diff(filled)) + 1)
        return [Batch(windows.part(part).sorted(), self._negatives(random)) for part in parts]

    def _negatives(self, random: np.random.Generator) -> Negatives | None:
        return None if self._loss == "softmax" else self._material.proposal.draw(self._config.negatives, random)

    def step(self, batch: Batch) -> tuple[float, int]:
        self._network.train()
        weight = float(self._material.events.weights[batch.windows.places() + 1].sum())
        rows = torch.from_numpy(self._rows(batch)).to(self._table.device)
        ids = self._table[rows].requires_grad_()
        own = batch.windows.part(slice(self._group.rank, None, self._group.size))
        loss = self._loss_of(own, batch.negatives, rows, ids) / weight if len(own) else ids.sum() * 0.0
        for parameter in self._parameters.values():
            parameter.grad = None
        loss.backward()
        gradients = [torch.zeros_like(one) if one.grad is None else one.grad for one in self._parameters.values()]
        total = loss.detach().reshape(1).clone()
        assert ids.grad is not None
        self._group.add([*gradients, ids.grad, total])
        self._adam.step(gradients, rows, ids.grad)
        return float(total), int(batch.windows.lengths.sum())

    def _rows(self, batch: Batch) -> np.ndarray:
        """The rows of the table that the step touches, of all processes, each once, ascending."""
        if batch.negatives is None:
            return np.arange(len(self._table))
        places = batch.windows.places()
        seen = self._material.events.rows
        return np.unique(np.concatenate([seen[places], seen[places + 1], batch.negatives.rows]))

    def _loss_of(self, windows: Windows, negatives: Negatives | None, rows: Tensor, ids: Tensor) -> Tensor:
        """The sum over the events of these windows."""
        device, places = ids.device, windows.places()
        known = self._material.events
        read, targets = (torch.from_numpy(known.rows[places + one]).to(device) for one in (0, 1))
        weights, counts = (torch.from_numpy(known.weights[places + one]).to(device) for one in (0, 1))
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            items = self._items(rows, ids)
            states = self._network.states(items[torch.searchsorted(rows, read)], weights, Layout.of(windows, device))
            if negatives is None:
                losses = softmax_loss(states, items, targets)
            else:
                positive = (states * items[torch.searchsorted(rows, targets)]).sum(dim=1)
                columns = items[torch.searchsorted(rows, torch.from_numpy(negatives.rows).to(device))]
                own = torch.from_numpy(negatives.column_of(known.rows[places + 1])).to(device)
                losses = self._contrast(states, positive, columns, negatives, own)
        return (losses.float() * counts).sum()

    def _items(self, rows: Tensor, ids: Tensor) -> Tensor:
        """Embeddings of the items, some of them without what was learned by id."""
        if self._vectors is None:
            return ids
        kept = torch.rand(len(ids), 1, device=ids.device) >= self._config.id_dropout
        return self._network.items(ids * kept, self._vectors[rows])

    def _contrast(self, states: Tensor, positive: Tensor, columns: Tensor, negatives: Negatives, own: Tensor) -> Tensor:
        counts = torch.from_numpy(negatives.counts.astype(np.float32)).to(states.device)
        if self._loss == "gbce":
            share = min(self._config.negatives / max(len(self._table) - 1, 1), 1.0)
            return gbce_loss(states, positive, columns, counts, own, share, self._config.calibration)
        expected = torch.from_numpy(negatives.expected.astype(np.float32)).to(states.device)
        return sampled_softmax_loss(states, positive, columns, counts / expected, own)

    def judge(self) -> float:
        held, group = self._material.held, self._group
        own = np.arange(group.rank, len(held.targets), group.size)
        chosen = Held(held.histories.take(own), held.targets[own], held.users[own]) if group.size > 1 else held
        found = ndcg_at(ranks(self.model().score, chosen))
        summed, count = group.total([float(found.sum()), float(len(found))])
        return summed / max(count, 1.0)

    def model(self) -> Sequential:
        """The model as it is now; it shares its weights with the learner."""
        return Sequential(self._config, self._material.items, self._network, self._table)

    def weights(self) -> dict[str, Tensor]:
        return {**{name: values.data for name, values in self._parameters.items()}, "items": self._table}

    def memory(self) -> dict[str, Tensor]:
        return self._adam.moments

    def resume(self, steps: int) -> None:
        self._adam.steps = steps
