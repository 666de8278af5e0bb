"""The loop that trains a network: epochs, judging, stopping early, a time budget, checkpoints."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ...errors import TrainingError
from .distributed import ALONE, Group
from .logbook import logbook
from .resume import Checkpoints, Course


@dataclass(frozen=True, slots=True)
class Running:
    """Where and for how long training runs: none of it changes what is being looked for."""

    threads: int = 1
    device: str = "auto"
    """auto: CUDA when present."""
    seconds: float | None = None
    """Training ends after the step that passes this time; the best so far is kept."""
    directory: Path | None = None
    """Where a checkpoint is kept after each epoch; training that was interrupted goes on from it."""
    logs: Path | None = None
    """Where TensorBoard's files go; needs the extra `train`."""
    group: Group = ALONE


@dataclass(frozen=True, slots=True)
class Step:
    """One step, or an epoch that was judged, as a progress bar shows it."""

    epoch: int
    """From 1."""
    batch: int
    batches: int
    loss: float
    events_per_second: float
    """Events learned from, judging left out, from the beginning on."""
    ndcg: float | None = None
    """NDCG@10 of the epoch; None within it."""
    best: float = 0.0
    stopped: str = ""
    """Why training ended with this epoch."""


Progress = Callable[[Step], None]


class Learner(Protocol):
    """What is trained: it knows its data, its weights and its optimiser."""

    def batches(self, epoch: int) -> Sequence[Any]:
        """The batches of an epoch, over all processes together: the same in each of them."""
        ...

    def step(self, batch: Any) -> tuple[float, int]:
        """Learns from a batch: mean loss and number of events, over all processes together."""
        ...

    def judge(self) -> float:
        """NDCG@10 on what was held out, over all processes together."""
        ...

    def weights(self) -> dict[str, Tensor]:
        """What the model is, not copied."""
        ...

    def memory(self) -> dict[str, Tensor]:
        """What the optimiser remembers, not copied; its count of steps is the course's."""
        ...

    def resume(self, steps: int) -> None:
        """The optimiser has made so many steps."""
        ...


def train(
    learner: Learner, running: Running, *, seed: int, epochs: int, patience: int, fingerprint: str, progress: Progress
) -> Course:
    """Trains until the epochs, the patience or the time is over, and leaves the learner with its best weights.

    The same seed and thread count give the same weights, to the bit, also after an interruption. Raises TrainingError
    when the loss is no number before any epoch was judged, ModelFileError for a checkpoint of another one.
    """
    checkpoints = Checkpoints(running.directory, fingerprint) if running.directory else None
    device = next(iter(learner.weights().values())).device
    with _surroundings(running.threads, device), logbook(running.logs) as log:
        course, best = _taken_up(learner, checkpoints, running.group)
        course.stopped = _over(course, epochs, patience)
        while not course.stopped:
            batches = _learn(learner, course, running, seed, progress)
            if _judge(learner, course):
                best = {name: values.clone() for name, values in learner.weights().items()}
            if checkpoints and running.group.rank == 0 and not course.stopped:
                checkpoints.save(course, {**learner.weights(), **learner.memory()}, best)
            course.stopped = course.stopped or _over(course, epochs, patience)
            log(course)
            progress(_judged(course, batches))
        _copy(best, learner.weights())
    return course


def _learn(learner: Learner, course: Course, running: Running, seed: int, progress: Progress) -> int:
    """One epoch of so many batches, or what the time allows. `stopped` says when training cannot go on."""
    began = time.monotonic()
    _sow(seed, course.epoch, running.group)
    batches = learner.batches(course.epoch)
    course.epoch += 1
    losses = []
    for number, batch in enumerate(batches, 1):
        loss, events = learner.step(batch)
        losses.append(loss)
        course.steps, course.events = course.steps + 1, course.events + events
        if not np.isfinite(loss):
            course.stopped = f"the loss was no number in epoch {course.epoch}, batch {number}"
            break
        spent = time.monotonic() - began
        progress(Step(course.epoch, number, len(batches), loss, _speed(course, spent), best=course.best))
        if running.group.first_says(running.seconds is not None and course.seconds + spent > running.seconds):
            course.stopped = f"the time was over in epoch {course.epoch}, batch {number}"
            break
    course.learning_seconds += time.monotonic() - began
    course.seconds += time.monotonic() - began
    course.losses.append(float(np.mean(losses)))
    if not course.stopped and not all(bool(one.isfinite().all()) for one in learner.weights().values()):
        course.stopped = f"the weights were no numbers after epoch {course.epoch}, batch {len(losses)}"
    return len(batches)


def _judge(learner: Learner, course: Course) -> bool:
    """Whether the epoch was the best. After a loss that is no number there is nothing to judge."""
    if "no number" in course.stopped:
        course.judged.append(0.0)
        if course.best_epoch == 0:
            cure = "Lower the learning rate, and look for weights or text vectors that are no numbers."
            raise TrainingError(f"Training came to nothing: {course.stopped}.", cure=cure)
        return False
    began = time.monotonic()
    course.judged.append(learner.judge())
    course.seconds += time.monotonic() - began
    if course.judged[-1] <= course.best:
        return False
    course.best, course.best_epoch = course.judged[-1], course.epoch
    return True


def _over(course: Course, epochs: int, patience: int) -> str:
    if course.epoch >= epochs:
        return f"all {epochs} epochs were done"
    if course.epoch - course.best_epoch >= patience:
        return f"{patience} epochs brought nothing better"
    return ""


def _taken_up(learner: Learner, checkpoints: Checkpoints | None, group: Group) -> tuple[Course, dict[str, Tensor]]:
    """The course so far and the best weights, and the learner as it was: as the first process finds them."""
    kept = checkpoints.load() if checkpoints and group.rank == 0 else None
    course, state, best = kept or (Course(), {}, {})
    if state:
        _copy(state, {**learner.weights(), **learner.memory()})
    best = {name: best.get(name, values).to(values.device, copy=True) for name, values in learner.weights().items()}
    course = Course(**json.loads(group.first_text(json.dumps(asdict(course)))))
    group.share([*learner.weights().values(), *learner.memory().values(), *best.values()])
    learner.resume(course.steps)
    return course, best


def _copy(source: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for name, values in target.items():
            values.copy_(source[name])


def _sow(seed: int, epoch: int, group: Group) -> None:
    """Every epoch has a seed of its own, so that no state of a generator need be kept."""
    torch.manual_seed(int(np.random.SeedSequence([seed, epoch, group.rank]).generate_state(1)[0]))


def _speed(course: Course, spent: float) -> float:
    return course.events / max(course.learning_seconds + spent, 1e-9)


def _judged(course: Course, batches: int) -> Step:
    speed = _speed(course, 0.0)
    return Step(
        course.epoch, batches, batches, course.losses[-1], speed, course.judged[-1], course.best, course.stopped
    )


@contextmanager
def _surroundings(threads: int, device: torch.device) -> Iterator[None]:
    """So many threads and generators of its own; both are put back afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            yield
    finally:
        torch.set_num_threads(before)
