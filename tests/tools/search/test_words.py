"""Words of titles and queries, and what is done with those that the catalog does not have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph_recommender.tools.catalog.search.blend import QueryKind, blend, learned_weights
from langgraph_recommender.tools.catalog.search.diversity import diversified
from langgraph_recommender.tools.catalog.search.fusion import best_first
from langgraph_recommender.tools.catalog.search.lexical import LexicalIndex, Match
from langgraph_recommender.tools.catalog.search.tokenizer import Tokenizer, pairs
from langgraph_recommender.tools.catalog.search.wordtable import build_table
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Men's Running Shoes!", ["men", "running", "shoe"]),
        ("Amélie’s café", ["amely", "cafe"]),
        ("movie movies pie pies rock'n'roll", ["movy", "movy", "pie", "pie", "rocknroll"]),
        ("ＧＬＡＳＳＥＳ", ["glass"]),
        ("berries boxes dishes series", ["berry", "box", "dish", "sery"]),
        ("gas bus this", ["gas", "bus", "this"]),
        ("snake_case Wi-Fi 6E", ["snake", "case", "wi", "fi", "6e"]),
        ("", []),
        ("🎉 … !", []),
    ],
)
def test_english_words(text: str, words: list[str]) -> None:
    assert Tokenizer((), chinese=False).words(text) == words


def test_chinese_is_split_with_the_titles_as_words() -> None:
    title = "鑫旺角小馆"
    assert title in Tokenizer((title,), chinese=True).words(f"我想去{title}吃饭")
    assert title not in Tokenizer((), chinese=True).words(f"我想去{title}吃饭")


def test_a_catalog_without_chinese_has_no_chinese_words() -> None:
    assert Tokenizer(("Dune",), chinese=False).words("三体 dune") == ["dune"]


def test_two_tokenizers_do_not_share_a_dictionary() -> None:
    title = "甲乙丙丁小馆"
    Tokenizer((title,), chinese=True).load()
    assert title not in Tokenizer((), chinese=True).words(title)


def test_pairs_of_characters() -> None:
    assert pairs("外婆家(Wanda)店铺") == ["外婆", "婆家", "店铺"]


def index(*titles: str, **aliases: tuple[str, ...]) -> LexicalIndex:
    items = [Item(str(row), title, facets={"kind": "Laptops"} if row == 0 else {}) for row, title in enumerate(titles)]
    schema = CatalogSchema(facets=(Facet(name="kind", kind=FacetKind.CATEGORICAL, aliases=aliases),))
    table = build_table(items, titles, schema)
    return LexicalIndex(table, schema, Tokenizer(titles, chinese=table.chinese))


def found(lexical: LexicalIndex, query: str, size: int) -> Match:
    return lexical.match(query, np.arange(size))


def test_unknown_words_are_mended_to_the_nearest_and_most_frequent() -> None:
    lexical = index("Harry Potter one", "Harry Potter two", "Porter house")
    match = found(lexical, "hary poter", 3)
    assert match.mended == {"poter": "potter"}
    assert match.words == ("hary", "potter")
    assert found(lexical, "harry", 3).mended == {}


def test_an_alias_stands_for_its_value() -> None:
    lexical = index("Zenbook", "Other", Laptops=("notebook", "笔记本"))
    for query in ("notebooks", "便宜的笔记本"):
        match = found(lexical, query, 2)
        assert match.scores[0] > 0
        assert match.scores[1] == 0


def test_an_unknown_chinese_word_is_found_by_its_pairs() -> None:
    lexical = index("外婆家", "海底捞")
    assert np.argmax(found(lexical, "外婆佳", 2).scores) == 0


def test_only_the_rows_asked_for_are_scored() -> None:
    lexical = index("red shoe", "blue shoe", "red hat")
    match = lexical.match("red shoe", np.array([2, 1]))
    assert match.scores.shape == (2,)
    assert (match.scores > 0).all()
    assert 0 < match.coverage < 1


def test_nothing_to_index_matches_nothing() -> None:
    match = found(index("…"), "dune", 1)
    assert (match.scores.tolist(), match.coverage) == ([0.0], 0.0)


def _match(words: str, coverage: float, function_words: int = 0, mended: int = 0) -> Match:
    known = tuple(words.split())
    wrong = dict.fromkeys(known[:mended], "x")
    return Match(np.ones(1), known, coverage, function_words, wrong, np.zeros(1, dtype=bool))


def test_words_weigh_more_the_better_they_are_covered_and_the_less_is_talked() -> None:
    def weight(words: str, coverage: float, function_words: int = 0, mended: int = 0) -> float:
        return blend(_match(words, coverage, function_words, mended), 0.0, learned_weights()).lexical

    assert weight("dune", 0.0) == 0
    assert weight("dune", 1.0) > weight("dune", 0.5) > 0
    assert weight("dune", 1.0) > weight("gift mother cooking", 1.0, 4)
    assert weight("dune", 1.0) > weight("dune", 1.0, mended=1)
    assert weight("dune", 1.0) < 1


@pytest.mark.parametrize(
    ("match", "likeness", "kind"),
    [
        (_match("laptop case", 1.0), 0.2, QueryKind.KEYWORDS),
        (_match("lord ring", 1.0, 3), 1.0, QueryKind.TITLE),
        (_match("gift mother cooking", 0.5, 4), 0.1, QueryKind.NEED),
    ],
)
def test_the_kind_of_a_query_is_explained(match: Match, likeness: float, kind: QueryKind) -> None:
    read = blend(match, likeness, learned_weights())
    assert read.kind is kind
    assert f"words weigh {read.lexical:.2f}" in read.why


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0, 2.5])), st.integers(1, 12))
def test_the_best_come_first_and_ties_keep_their_order(scores: list[float], count: int) -> None:
    expected = sorted(range(len(scores)), key=lambda at: -scores[at])[:count]
    assert best_first(np.array(scores, dtype=np.float64), count).tolist() == expected


def test_marginal_relevance_by_hand() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    scores = np.array([1.0, 0.9, 0.0])
    assert diversified(scores, vectors, 3, 0.0).tolist() == [0, 1, 2]
    assert diversified(scores, vectors, 3, 0.5).tolist() == [0, 2, 1]
    assert diversified(np.zeros(3), vectors, 2, 0.0).tolist() == [0, 1]


def test_traditional_characters_are_words_of_the_simplified_ones_both_ways() -> None:
    simple, traditional = Tokenizer(("笔记本电脑",), chinese=True), Tokenizer(("筆記本電腦",), chinese=True)
    assert simple.words("筆記本電腦") == traditional.words("笔记本电脑") == simple.words("笔记本电脑")
    assert pairs("筆記本") == pairs("笔记本")
