import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_tests.unit_tests.embeddings import EmbeddingsUnitTests
from langgraph_recommender.tools.catalog import DefaultEmbeddings
from langgraph_recommender.tools.catalog import embeddings as module
from langgraph_recommender.tools.catalog.embeddings import embed_texts, embedding_id
from langgraph_recommender.tools.errors import IndexStateError


class TestStandard(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return DefaultEmbeddings


@pytest.fixture(scope="module")
def embeddings() -> DefaultEmbeddings:
    return DefaultEmbeddings()


def test_rows_are_unit_vectors_in_any_batch(embeddings: DefaultEmbeddings) -> None:
    texts = ["a red lamp", "", "一盏红色的灯", "a red lamp"]
    together = embeddings.encode(texts)
    assert together.shape == (4, embeddings.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[0], embeddings.embed_query(texts[0]), atol=1e-5)
    assert np.allclose(together, embeddings.embed_documents(texts), atol=1e-5)


def test_the_same_meaning_in_another_language_is_near(embeddings: DefaultEmbeddings) -> None:
    query, same, other = embeddings.encode(["a lamp for the desk", "书桌上的台灯", "一双跑步鞋"])
    assert query @ same > query @ other


def test_a_million_characters_are_embedded_by_their_beginning(embeddings: DefaultEmbeddings) -> None:
    long = "lamp " * 200_000
    assert np.allclose(embeddings.encode([long]), embeddings.encode([long[: module.INDEXED_CHARACTERS]]))


def test_nothing_to_embed(embeddings: DefaultEmbeddings) -> None:
    assert embeddings.encode([]).shape == (0, embeddings.dimension)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEIGHTS_SHA256", "f" * 64)
    with pytest.raises(IndexStateError, match="expected ffff") as error:
        DefaultEmbeddings().embed_query("a")
    assert "pip install" in error.value.cure


def test_any_langchain_embedding_gives_unit_rows() -> None:
    assert np.allclose(np.linalg.norm(embed_texts(DeterministicFakeEmbedding(size=8), ["a", "b"]), axis=1), 1)


def test_models_have_different_names() -> None:
    class Named(DeterministicFakeEmbedding):
        model: str = "small"

    names = {embedding_id(one) for one in (DefaultEmbeddings(), DeterministicFakeEmbedding(size=8), Named(size=8))}
    assert len(names) == 3
    assert "Named/small" in names
