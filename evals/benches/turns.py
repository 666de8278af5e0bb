"""How long a turn of the offline agent takes, with conversations on disk, beside the floor of an empty graph."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from langchain_core.messages import AIMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, MessagesState, StateGraph

from ...agent.state.sqlite import open_sqlite
from ..generate import talks
from ..opened import OpenCatalogs
from ..suite import Setting
from ..targets import Observed, Session
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Figure, Options, percentile

_CATALOG = "books"
_CONVERSATIONS = 60
_STARTS = 3
_EMPTY_NODES = 8
_EMPTY_TURNS = 100
_START = "from langgraph_recommender.agent.cli import main; main()"


def turns(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """p50 and p95 of random conversations, and the time a fresh process needs until it answers."""
    catalogs, count = options.catalogs or (_CATALOG,), options.count or _CONVERSATIONS
    opened, taken = OpenCatalogs(), list[float]()
    with _on_disk() as saver:
        target = _Timed(GraphTarget(opened.catalog, checkpointer=saver), taken)
        _warm(target, catalogs)
        facts = [(name, opened.facts(name)) for name in catalogs]
        for number, _ in enumerate(talks(target, facts, count=count, seed=options.seed), start=1):
            progress(number, count)
        floor = list(_empty_turns(saver))
    figures = (
        Figure("turns", len(taken)),
        Figure("turn p50", percentile(taken, 0.5), "ms", at_most=40),
        Figure("turn p95", percentile(taken, 0.95), "ms", at_most=120),
        Figure("slowest turn", max(taken), "ms"),
        Figure("empty graph p50", median(floor), "ms"),
        Figure(
            "fresh process to its first answer", median(_start(catalogs[0]) for _ in range(_STARTS)), "s", at_most=5
        ),
    )
    return BenchReport("turns", figures, options, (f"catalogs: {', '.join(catalogs)}; checkpoints in SQLite",))


class _Timed:
    """A target that notes the wall clock of every turn, in milliseconds."""

    def __init__(self, target: GraphTarget, taken: list[float]) -> None:
        self._target, self._taken = target, taken

    def open(self, setting: Setting) -> Session:
        return _TimedSession(self._target.open(setting), self._taken)


class _TimedSession:
    def __init__(self, session: Session, taken: list[float]) -> None:
        self._session, self._taken = session, taken

    def say(self, text: str, image: str | None = None) -> Observed:
        start = perf_counter()
        observed = self._session.say(text, image)
        self._taken.append((perf_counter() - start) * 1000)
        return observed

    def new_thread(self) -> None:
        self._session.new_thread()


def _warm(target: _Timed, catalogs: tuple[str, ...]) -> None:
    """First turns load what is loaded once; they are not counted."""
    for name in catalogs:
        target.open(Setting(name="warm", catalog=name, user="warm")).say("recommend me something good")
    target._taken.clear()


@contextmanager
def _on_disk() -> Iterator[BaseCheckpointSaver[str]]:
    with tempfile.TemporaryDirectory() as folder, open_sqlite(Path(folder) / "threads.sqlite") as saver:
        yield saver


def _empty_turns(saver: BaseCheckpointSaver[str]) -> Iterator[float]:
    """Milliseconds of turns of a graph with as many nodes that do nothing."""
    graph = StateGraph(MessagesState)
    names = [f"node_{number}" for number in range(_EMPTY_NODES)]
    for name in names[:-1]:
        graph.add_node(name, _do_nothing)
    graph.add_node(names[-1], _say_ok)
    for one, following in zip([START, *names], [*names, END], strict=True):
        graph.add_edge(one, following)
    compiled = graph.compile(checkpointer=saver)
    for number in range(_EMPTY_TURNS):
        start = perf_counter()
        config = {"configurable": {"thread_id": f"empty-{number // 5}"}}
        compiled.invoke({"messages": [("user", "hello")]}, config)  # pyright: ignore[reportArgumentType]
        yield (perf_counter() - start) * 1000


def _do_nothing(state: MessagesState) -> dict[str, list[AIMessage]]:  # noqa: ARG001
    return {}


def _say_ok(state: MessagesState) -> dict[str, list[AIMessage]]:  # noqa: ARG001
    return {"messages": [AIMessage("ok")]}


def _start(catalog: str) -> float:
    """Seconds from the start of a process to the first line of its answer to a message that is already waiting."""
    command = [sys.executable, "-c", _START, "chat", "hello", "--catalog", catalog, "--json"]
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        taken = perf_counter() - start
    if not line:
        raise RuntimeError(f"`recommender chat` ended with code {process.returncode} and said nothing")
    return taken
