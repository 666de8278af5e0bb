"""Storage of both kinds, and a graph that does nothing but talk."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.opening import Storage, open_storage
from pydantic import SecretStr


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of an empty storage of each kind."""
    if request.param == "sqlite":
        return Settings(home=tmp_path)
    return Settings(home=tmp_path, database_url=SecretStr(request.getfixturevalue("database")))


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    with open_storage(settings) as opened:
        yield opened


def echo(storage: Storage) -> CompiledStateGraph[Any, Any, Any, Any]:
    """Two steps a turn: it listens, then says the last words again."""
    graph = StateGraph(MessagesState)
    graph.add_node("listen", lambda state: {})
    graph.add_node("answer", lambda state: {"messages": [AIMessage(f"{state['messages'][-1].text}!")]})
    graph.add_edge(START, "listen")
    graph.add_edge("listen", "answer")
    graph.add_edge("answer", END)
    return graph.compile(checkpointer=storage.checkpointer)


@pytest.fixture
def say() -> Callable[[Storage, str, str], list[str]]:
    """Says words in a thread; returns all that was said in it."""

    def say(storage: Storage, thread: str, words: str, **how: Any) -> list[str]:
        config: Any = {"configurable": {"thread_id": thread}}
        state = echo(storage).invoke({"messages": [("user", words)]}, config, **how)
        return [one.text for one in state["messages"]]

    return say


@pytest.fixture
def rows(settings: Settings, storage: Storage) -> Callable[[], int]:
    """How many rows there are of conversations, in all tables."""
    saver: Any = storage.checkpointer
    if settings.database_url:
        cursor, tables = saver._cursor, ("checkpoints", "checkpoint_writes", "checkpoint_blobs")
    else:
        cursor, tables = saver.cursor, ("checkpoints", "writes")

    def count() -> int:
        with cursor() as opened:
            return sum(len(opened.execute(f"SELECT thread_id FROM {table}").fetchall()) for table in tables)

    return count
