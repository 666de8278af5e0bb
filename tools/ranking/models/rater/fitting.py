"""Fine-tuning the rater on (history, item, liked or not): pairs from a log, items drawn at random beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from ....errors import TrainingError
from ...data.model import Interactions, ItemTable
from .config import RaterConfig
from .model import Rater, shelved, told
from .network import Network, Reader, as_tensors, load, opened
from .tokens import Shelf, padded

Progress = Callable[[int, int], None]
_JUDGED_BY = 0.1
"""Share of the people whose events are held out to stop by."""
_JUDGED = 2_000
_HEAD = 10.0


@dataclass(frozen=True, slots=True)
class _Log:
    """Where the events are that can be asked about: they have another one of the same person before them."""

    train: Interactions
    starts: np.ndarray
    """Shape (e,): where the history of the person of an event begins."""

    def asked(self, place: int, config: RaterConfig) -> tuple[list[int], list[int]]:
        """What was liked and disliked before the event."""
        before = slice(int(self.starts[place]), place)
        return told(self.train.rows[before], self.train.weights[before], config)


@dataclass(frozen=True, slots=True)
class Batch:
    """k pairs of a history and an item."""

    tokens: np.ndarray
    """Shape (k, t)."""
    there: np.ndarray
    """Shape (k, t): 0 where it is padded."""
    targets: np.ndarray
    """Shape (k,), float32 in [0, 1]."""

    def loss(self, network: Network) -> Tensor:
        """Mean cross-entropy. On CUDA products are of bfloat16; the loss never is."""
        device = network.head.weight.device
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            said = network.read(self.tokens, self.there)
        return binary_cross_entropy_with_logits(said.float(), torch.from_numpy(self.targets).to(device))


def fit(
    train: Interactions,
    config: RaterConfig,
    *,
    seed: int = 0,
    threads: int = 1,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Rater:
    """Fine-tunes on events that are targets of how much they say of the item; the best epoch by held-out people stays.

    Training ends after the batch that passes `seconds`. It runs on CUDA when present, and the rater stays there. Raises
    SettingsError without transformers or a language model, TrainingError when there is nothing to learn from, items
    have no texts, or the loss is no number.
    """
    network, reader = opened(config.base, seed)
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    shelf, random = _readable(train.items, reader, config), np.random.default_rng(seed)
    log, places, judged = _split(train, random)
    asked = _Asked(shelf, log, config, reader.filling)
    with _surroundings(threads, seed):
        best = _tuned(network, asked, places, judged, random, _Clock(seconds), progress or _unseen)
    return Rater(config, reader, load(network, best), shelf)


def _unseen(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def _readable(items: ItemTable, reader: Reader, config: RaterConfig) -> Shelf:
    if items.texts is None:
        cure = "Train with --catalog, whose items have texts, or leave the rater out."
        raise TrainingError("The rater reads texts, and the items have none.", cure=cure)
    return shelved(items, reader, config)


@dataclass(frozen=True, slots=True)
class _Clock:
    """How much time there is."""

    seconds: float | None
    began: float = field(default_factory=time.monotonic)

    def is_over(self) -> bool:
        return self.seconds is not None and time.monotonic() - self.began > self.seconds


@dataclass(frozen=True, slots=True)
class _Asked:
    """Batches of tokens and targets."""

    shelf: Shelf
    log: _Log
    config: RaterConfig
    filling: int

    def batches(self, places: np.ndarray, random: np.random.Generator) -> Iterator[Batch]:
        """Of each event its item, then items drawn at random."""
        events = max(1, self.config.batch // (1 + self.config.negatives))
        for start in range(0, len(places), events):
            pairs, targets = [], []
            for place in places[start : start + events].tolist():
                question = self.shelf.question(*self.log.asked(place, self.config))
                drawn = random.integers(0, len(self.shelf.items), self.config.negatives).tolist()
                pairs += [self.shelf.pair(question, row) for row in (int(self.log.train.rows[place]), *drawn)]
                targets += [(1 + float(self.log.train.weights[place])) / 2, *[0.0] * len(drawn)]
            yield Batch(*padded(pairs, self.filling), np.array(targets, np.float32))

    def count(self, events: int) -> int:
        """Batches of so many events."""
        return -(-events // max(1, self.config.batch // (1 + self.config.negatives)))


@contextmanager
def _surroundings(threads: int, seed: int) -> Iterator[None]:
    """So many threads and a generator of its own; both are put back afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng(range(min(torch.cuda.device_count(), 1))):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(before)


def _split(train: Interactions, random: np.random.Generator) -> tuple[_Log, np.ndarray, np.ndarray]:
    """The log, places of events to learn from, and places to stop by, of other people."""
    starts = np.searchsorted(train.users, train.users)
    usable = np.flatnonzero(np.arange(len(train)) > starts)
    away = random.random(len(train.user_ids)) < _JUDGED_BY
    judged = usable[away[train.users[usable]]]
    places = usable[~away[train.users[usable]]]
    if not len(places) or not len(judged):
        cure = "Give interactions of more users, with two events or more each."
        raise TrainingError("There are too few events to fine-tune the rater on.", cure=cure)
    return _Log(train, starts), places, random.permutation(judged)[:_JUDGED]


def _tuned(
    network: Network,
    asked: _Asked,
    places: np.ndarray,
    judged: np.ndarray,
    random: np.random.Generator,
    clock: _Clock,
    progress: Progress,
) -> dict[str, np.ndarray]:
    """The weights of the epoch with the lowest loss on held-out people."""
    config = asked.config
    groups = [{"params": network.body.parameters()}, {"params": network.head.parameters(), "lr": config.rate * _HEAD}]
    optimiser = torch.optim.AdamW(groups, lr=config.rate)
    share = min(config.events, len(places))
    total = config.epochs * asked.count(share)
    lowest, since, best = np.inf, 0, as_tensors(network)
    for epoch in range(config.epochs):
        for i, batch in enumerate(asked.batches(random.permutation(places)[:share], random)):
            _step(network, optimiser, batch, f"batch {i + 1} of epoch {epoch + 1}")
            progress(epoch * asked.count(share) + i + 1, total)
            if clock.is_over():
                break
        loss = _judge(network, asked, judged)
        since = 0 if loss < lowest else since + 1
        if loss < lowest:
            lowest, best = loss, as_tensors(network)
        if since > config.patience or clock.is_over():
            break
    return best


def _step(network: Network, optimiser: torch.optim.Optimizer, batch: Batch, where: str) -> None:
    network.train()
    optimiser.zero_grad()
    loss = batch.loss(network)
    if not torch.isfinite(loss):
        raise TrainingError(f"The loss of the rater is no number in {where}.", cure="Lower its learning rate.")
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()


def _judge(network: Network, asked: _Asked, judged: np.ndarray) -> float:
    """Mean loss, beside the same random items every time."""
    network.eval()
    with torch.inference_mode():
        losses = [float(batch.loss(network)) for batch in asked.batches(judged, np.random.default_rng(0))]
    return float(np.mean(losses))
