"""A fitted transformer that scores items for histories."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from typing import Self

import numpy as np
import torch
from torch import Tensor

from ....errors import InputError, ModelFileError
from ....single_thread import one_thread
from ...data.model import Histories, ItemTable
from ..protocol import ModelState
from .blocks import Layout
from .config import SequentialConfig
from .network import Network
from .sequences import Events, Windows, last_windows

VERSION = 1
TOGETHER = 4096
"""Histories encoded at a time."""
DISLIKES_TOGETHER = 256


class Sequential:
    """SASRec: the last `length` events are read in their order, and their state is compared with every item.

    An event of weight w in (0, 1] enters with w times its item's embedding. An event of negative weight is not read: it
    takes |w| * spread * cosine of the two embeddings off every item that is like it, where spread is the usual standard
    deviation of a history's scores.
    Scores of a history count from their mean over the items of the training data, which is where an item without
    training data and text stands.
    """

    name = "sequential"

    def __init__(
        self, config: SequentialConfig, items: ItemTable, network: Network, ids: Tensor, *, spread: float = 1.0
    ) -> None:
        """`ids` is the table of what was learned by id, shape (n, d), zero for items outside the training data."""
        self.config, self.items, self.network, self.ids, self.spread = config, items, network.eval(), ids, spread
        with torch.inference_mode():
            self._inputs = network.items(ids, _vectors(items, network))
            known = ids.ne(0).any(dim=1)
            mean = self._inputs[known].mean(dim=0) if known.any() else self._inputs.new_zeros(config.dim)
            centred = self._inputs - mean
            self._outputs = centred if network.text is not None else centred * known[:, None]
            self._units = torch.nn.functional.normalize(self._outputs, dim=1)

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """See `Scorer`. An empty history, or one of dislikes alone, counts 0 plus what its dislikes take off."""
        with one_thread() if len(histories) == 1 else nullcontext(), torch.inference_mode():
            device = self.ids.device
            chosen = slice(None) if rows is None else torch.from_numpy(np.asarray(rows, np.int64)).to(device)
            scores = self.states(histories) @ self._outputs[chosen].T
            if (histories.weights < 0).any():
                self._take_off(scores, histories, chosen)
            return scores.float().cpu().numpy()

    def states(self, histories: Histories) -> Tensor:
        """What each history comes to, shape (b, d); zero for an empty one."""
        events = Events.of(histories)
        windows = last_windows(events, self.config.length)
        if len(windows) == 1 and windows.lengths[0]:
            return self._encoded(events, windows)
        states = torch.zeros(len(windows), self.config.dim, device=self.ids.device)
        order = np.argsort(windows.lengths, kind="stable")
        order = order[windows.lengths[order] > 0]
        for first in range(0, len(order), TOGETHER):
            part = order[first : first + TOGETHER]
            states[torch.from_numpy(part).to(states.device)] = self._encoded(events, windows.part(part))
        return states

    def _encoded(self, events: Events, windows: Windows) -> Tensor:
        """Of stretches sorted by length, none of them empty."""
        places, device = windows.places(), self.ids.device
        rows = torch.from_numpy(events.rows[places]).to(device)
        weights = torch.from_numpy(events.weights[places]).to(device)
        states = self.network.states(self._inputs[rows], weights, Layout.of(windows, device))
        return states[torch.from_numpy(windows.ends()).to(device)]

    def _take_off(self, scores: Tensor, histories: Histories, chosen: Tensor | slice) -> None:
        """Lowers what resembles the events of negative weight."""
        which = np.flatnonzero((histories.rows >= 0) & (histories.weights < 0))
        owners = histories.owners()
        for first in range(0, len(which), DISLIKES_TOGETHER):
            part = which[first : first + DISLIKES_TOGETHER]
            rows = torch.from_numpy(histories.rows[part].astype(np.int64)).to(scores.device)
            weights = torch.from_numpy(self.spread * histories.weights[part]).to(scores.device)
            alike = self._units[rows] @ self._units[chosen].T
            taken = alike.clamp_min_(0) * weights[:, None]
            scores.index_add_(0, torch.from_numpy(owners[part]).to(scores.device), taken)

    def state(self) -> ModelState:
        """See `Scorer`."""
        width = 0 if self.network.text is None else self.network.text.in_features
        config = {**asdict(self.config), "version": VERSION, "text_width": width, "spread": self.spread}
        tensors = {f"network.{name}": values for name, values in self.network.state_dict().items()}
        tensors["items"] = self.ids
        return ModelState(config, {name: values.detach().cpu().numpy() for name, values in tensors.items()})

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:
        """See `Scorer`. Raises ModelFileError for the state of another version, another item table or another make."""
        given = dict(state.config)
        version, width, spread = (given.pop(name, 0) for name in ("version", "text_width", "spread"))
        if version != VERSION:
            raise _unusable(f"is of version {version}, not {VERSION}")
        tensors = {name: torch.from_numpy(np.array(values)) for name, values in state.tensors.items()}
        ids = tensors.pop("items", torch.zeros(0, 0))
        if len(ids) != len(items):
            raise _unusable(f"speaks of {len(ids)} items, not of the {len(items)} given")
        try:
            config = SequentialConfig(**given)
            network = Network(config, width)
            network.load_state_dict({name.removeprefix("network."): values for name, values in tensors.items()})
            return cls(config, items, network, ids, spread=spread)
        except (TypeError, RuntimeError, InputError) as error:
            raise _unusable(f"does not fit together: {str(error).splitlines()[0]}") from error


def _vectors(items: ItemTable, network: Network) -> Tensor | None:
    """The texts' vectors that the network reads. Raises ModelFileError when there are none of its width."""
    if network.text is None:
        return None
    if items.vectors is None or items.vectors.shape[1] != network.text.in_features:
        raise _unusable(f"reads text vectors of width {network.text.in_features}, and the items have others or none")
    return torch.from_numpy(np.ascontiguousarray(items.vectors, np.float32)).to(network.text.weight.device)


def _unusable(why: str) -> ModelFileError:
    return ModelFileError(f"This sequential model {why}.", cure="Train it again on this catalog.")
