"""A memory, a fixed clock, and the tools over the embedded catalogs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from langchain_core.tools import BaseTool
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.plugin import make_tools
from langgraph_recommender.tools.profile.memory import ProfileMemory

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Toolbox = dict[str, BaseTool]


@pytest.fixture
def memory() -> ProfileMemory:
    return ProfileMemory(InMemoryStore())


@pytest.fixture
def toolbox(products: Catalog, memory: ProfileMemory) -> Callable[..., Toolbox]:
    """Tools over `products` by name, for one user."""

    def made(user_id: str | None = "ann") -> Toolbox:
        return {one.name: one for one in make_tools(products, memory=memory, user_id=user_id, clock=lambda: NOW)}

    return made


@pytest.fixture
def tools(toolbox: Callable[..., Toolbox]) -> Toolbox:
    return toolbox()
