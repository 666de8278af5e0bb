"""Runs cases side by side, a bounded number at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from queue import Empty, SimpleQueue
from threading import Event, Thread

from langchain_core.language_models import BaseChatModel

from ..facts import CatalogFacts
from ..outcome import Outcome
from ..simulate import Ground
from ..targets import Target
from .cases import Case, run_case

Runner = Callable[[Case], Outcome]
_Result = tuple[int, Outcome | BaseException]


def run_cases(
    cases: Sequence[Case], target: Target, facts: Callable[[str], CatalogFacts], *, workers: int = 1
) -> Iterator[Outcome]:
    """The outcomes in the order of the cases, run by that many threads on one target.

    `facts` gives the catalog of a name. The order in which cases run side by side does not change what is yielded.
    """
    held: dict[int, Outcome] = {}
    wanted = 0
    for index, outcome in as_they_finish(cases, [in_process(target, facts)] * workers):
        held[index] = outcome
        while wanted in held:
            yield held.pop(wanted)
            wanted += 1


def in_process(target: Target, facts: Callable[[str], CatalogFacts], model: BaseChatModel | None = None) -> Runner:
    """Runs a case in this process; may be called from several threads. `model` plays the simulated people."""
    ground = cache(lambda name: Ground(facts(name)))
    return lambda case: run_case(case, target, ground, model)


def as_they_finish(cases: Sequence[Case], runners: Sequence[Runner]) -> Iterator[tuple[int, Outcome]]:
    """Place and outcome of each case as soon as it is known; each runner has one case at a time, in a thread.

    What a runner raises is raised here. Closing the iterator starts no further case.
    """
    waiting, done, stopped = SimpleQueue[int](), SimpleQueue[_Result](), Event()
    for index in range(len(cases)):
        waiting.put(index)
    threads = [Thread(target=_work, args=(one, cases, waiting, done, stopped), daemon=True) for one in runners]
    for thread in threads:
        thread.start()
    try:
        for _ in cases:
            index, result = done.get()
            if isinstance(result, BaseException):
                raise result
            yield index, result
    finally:
        stopped.set()


def _work(
    runner: Runner, cases: Sequence[Case], waiting: SimpleQueue[int], done: SimpleQueue[_Result], stopped: Event
) -> None:
    while not stopped.is_set():
        try:
            index = waiting.get_nowait()
        except Empty:
            return
        try:
            done.put((index, runner(cases[index])))
        except BaseException as error:  # it is raised where the outcomes are read
            done.put((index, error))
            return
