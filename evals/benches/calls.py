"""Model calls per turn with a hosted model, counted at an HTTP server, beside a naive agent with the same tools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import mean

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from ...agent import OfflineChatModel
from ...tools.plugin import make_tools
from ..openai_server import OpenAIServer
from ..opened import OpenCatalogs
from ..suite import Conversation, load_suite, shipped_suites
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Figure, Options

_RECOMMENDING = ("recommend", "refine")
_NAIVE_STEPS = 12


@dataclass(frozen=True, slots=True)
class _Counted:
    intent: str
    ours: int
    naive: int
    degraded: tuple[str, ...]
    """What the graph reports of the turn: a step that the offline model took over, a sentence left out."""


def calls(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Every turn of the shipped suites, through our graph and through `create_agent`, against the same server."""
    opened = OpenCatalogs()
    wanted = options.catalogs
    scripts = [one for file in shipped_suites() for one in load_suite(file).conversations]
    scripts = [one for one in scripts if not wanted or one.catalog in wanted][: options.count]
    counted = list[_Counted]()
    for number, script in enumerate(scripts, start=1):
        counted += _count(script, opened)
        progress(number, len(scripts))
    return BenchReport("calls", _figures(counted), options, _notes(len(scripts), counted))


def _notes(scripts: int, counted: list[_Counted]) -> tuple[str, ...]:
    reasons = Counter(reason for one in counted for reason in one.degraded)
    return (
        f"{scripts} conversations of the shipped suites; messages that point at an item shown are left out",
        "the server answers both agents with the offline model: what a large model would call is not measured",
        *(f"degraded in {count} turns: {reason}" for reason, count in reasons.most_common()),
    )


def _figures(counted: list[_Counted]) -> tuple[Figure, ...]:
    asking = [one for one in counted if one.intent in _RECOMMENDING] or counted
    return (
        Figure("turns", len(counted)),
        Figure("recommendation turns", len(asking)),
        Figure("most calls in a recommendation turn", max(one.ours for one in asking), at_most=2),
        Figure("calls per recommendation turn", mean(one.ours for one in asking)),
        Figure("calls per turn", mean(one.ours for one in counted)),
        Figure("turns reported as degraded", sum(bool(one.degraded) for one in counted)),
        Figure("naive agent: most calls in a recommendation turn", max(one.naive for one in asking)),
        Figure("naive agent: calls per recommendation turn", mean(one.naive for one in asking)),
        Figure("naive agent: calls per turn", mean(one.naive for one in counted)),
    )


def _count(script: Conversation, opened: OpenCatalogs) -> Iterator[_Counted]:
    catalog = opened.catalog(script.catalog)
    said = [turn.say if turn.say is not None else turn.answer["else"].say for turn in script.turns]
    said = [text for text in said if "{" not in text]
    with OpenAIServer(OfflineChatModel.for_catalog(catalog)) as server:
        model = _client(server)
        session = GraphTarget(opened.catalog, model).open(script)
        ours = [(session.say(text), _taken(server)) for text in said]
        naive = list(_naive(model, catalog, said, server))
    for (turn, count), other in zip(ours, naive, strict=True):
        yield _Counted(turn.intent, count, other, turn.degraded)


def _client(server: OpenAIServer) -> BaseChatModel:
    from langchain_openai import ChatOpenAI  # noqa: PLC0415

    return ChatOpenAI(model="scripted", base_url=server.base_url, api_key=SecretStr("none"), max_retries=0)


def _naive(model: BaseChatModel, catalog: object, said: list[str], server: OpenAIServer) -> Iterator[int]:
    """The usual agent: a model, the same tools, and the whole conversation every time."""
    agent = create_agent(model, make_tools(catalog))  # pyright: ignore[reportArgumentType]
    messages: list[object] = []
    for text in said:
        messages.append(("user", text))
        answer = agent.invoke({"messages": messages}, {"recursion_limit": _NAIVE_STEPS})  # pyright: ignore[reportArgumentType]
        messages = list(answer["messages"])
        yield _taken(server)


def _taken(server: OpenAIServer) -> int:
    """Calls since the last count."""
    taken = len(server.calls)
    server.calls.clear()
    return taken
