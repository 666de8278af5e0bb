"""Every store that ships is held to the suite that others can use for theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from langchain_core.vectorstores import InMemoryVectorStore
from langgraph_recommender.tools.catalog.index.embedded import open_store
from langgraph_recommender.tools.catalog.index.protocol import ItemStore
from langgraph_recommender.tools.catalog.index.served import Address, Server
from langgraph_recommender.tools.catalog.index.vectorstore import open_vector_store
from langgraph_recommender.tools.catalog.testing import ItemStoreConformance, OpenStore

from .conftest import ChromaServer


class TestEmbeddedChroma(ItemStoreConformance):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> OpenStore:
        return lambda: open_store(tmp_path / "chroma", "letters", self.dimension)


class TestChromaOverHttp(ItemStoreConformance):
    @pytest.fixture
    def opened(self, chroma_server: ChromaServer) -> OpenStore:
        address = Address.read(chroma_server.url, f"conformance-{uuid4().hex}")

        @contextmanager
        def connect() -> Iterator[ItemStore]:
            yield Server(address, "letters", self.dimension, create=True).store

        return connect


class TestInMemoryVectorStore(ItemStoreConformance):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> OpenStore:
        store = InMemoryVectorStore(self.embeddings)
        return lambda: open_vector_store(store, tmp_path, self.dimension)
