"""The state machine of one turn, put together from the nodes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.store.base import BaseStore
from langgraph.types import Checkpointer

from .context import RecommenderContext
from .nodes.act import act
from .nodes.clarify import clarify
from .nodes.converse import converse
from .nodes.explore import explore
from .nodes.ground import ground
from .nodes.inform import inform
from .nodes.learn import learn
from .nodes.manage_profile import manage_profile
from .nodes.rank import rank
from .nodes.recall import recall
from .nodes.reply import reply
from .nodes.understand import understand
from .nodes.use_tools import use_tools
from .parts import Parts
from .routing import BY_INTENT, route_found, route_turn
from .state import RecommenderState

NODES: tuple[Callable[..., dict[str, Any]], ...] = (
    recall,
    understand,
    act,
    use_tools,
    inform,
    explore,
    manage_profile,
    converse,
    rank,
    ground,
    clarify,
    reply,
    learn,
)


def build_graph(
    parts: Parts, *, checkpointer: Checkpointer = None, store: BaseStore | None = None
) -> CompiledStateGraph[Any, RecommenderContext, Any, Any]:
    """Compiles recall -> understand -> (route) -> one of the acting nodes -> reply -> learn."""
    graph = StateGraph(RecommenderState, context_schema=RecommenderContext)
    for node in NODES:
        graph.add_node(node.__name__, partial(node, parts=parts))
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "understand")
    graph.add_conditional_edges(
        "understand", partial(route_turn, parts=parts), [*dict.fromkeys(BY_INTENT.values()), "use_tools", "explore"]
    )
    graph.add_conditional_edges("act", route_found, ["rank", "ground"])
    for start, end in (
        ("rank", "ground"),
        ("ground", "clarify"),
        ("clarify", "reply"),
        ("reply", "learn"),
        ("learn", END),
    ):
        graph.add_edge(start, end)
    for node in ("use_tools", "inform", "explore", "manage_profile", "converse"):
        graph.add_edge(node, "reply")
    return graph.compile(checkpointer=checkpointer, store=store, name="recommender")


def parts_of(graph: CompiledStateGraph[Any, RecommenderContext, Any, Any]) -> Parts:
    """What a graph of `build_graph` works with."""
    node: Any = graph.builder.nodes[recall.__name__].runnable
    return node.func.keywords["parts"]
