"""Synonyms of a catalog: read from the schema file or a file that it names, and meant by a search."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.catalog.reading.overriding import read_schema
from langgraph_recommender.tools.catalog.search.lexical import LexicalIndex
from langgraph_recommender.tools.catalog.search.tokenizer import Tokenizer
from langgraph_recommender.tools.catalog.search.wordtable import build_table
from langgraph_recommender.tools.errors import CatalogError
from langgraph_recommender.tools.items import CatalogSchema, Item

from .conftest import CountingEmbeddings

TITLES = ("HP notebook", "Portable charger", "Television stand", "笔记本支架", "TV guide", "Desk lamp")


def best(query: str, *rules: str) -> list[int]:
    items = [Item(str(row), title) for row, title in enumerate(TITLES)]
    schema = CatalogSchema(synonyms=rules)
    table = build_table(items, TITLES, schema)
    index = LexicalIndex(table, schema, Tokenizer(TITLES, chinese=table.chinese))
    scores = index.match(query, index_rows()).scores
    return [row for row in scores.argsort()[::-1].tolist() if scores[row] > 0]


def index_rows() -> np.ndarray:
    return np.arange(len(TITLES))


@pytest.mark.parametrize(
    ("query", "rule", "found"),
    [
        ("laptop", "laptop, notebook", [0]),
        ("laptops", "laptop, notebook", [0]),
        ("power bank", "power bank, portable charger", [1]),
        ("cheap power bank please", "power bank => portable charger", [1]),
        ("手提电脑", "手提电脑 => notebook", [0]),
        ("laptop", "笔记本, laptop", [3]),
    ],
)
def test_a_synonym_finds_what_the_word_itself_would(query: str, rule: str, found: list[int]) -> None:
    assert best(query, rule) == found


def test_an_arrow_goes_one_way() -> None:
    rule = "tv => television"
    assert set(best("tv", rule)) == {2, 4}
    assert best("television", rule) == [2]


def test_a_word_and_its_synonym_count_once() -> None:
    items = [Item("1", "Sofa"), Item("2", "Sofa couch"), Item("3", "Chair")]
    schema = CatalogSchema(synonyms=("sofa, couch",))
    table = build_table(items, [item.title for item in items], schema)
    index = LexicalIndex(table, schema, Tokenizer((), chinese=False))
    match = index.match("couch", index_rows()[:3])
    assert match.coverage == 1.0
    assert match.scores[0] > 0
    assert match.scores[2] == 0


def schema_file(folder: Path, synonyms: str) -> Path:
    path = folder / "schema.yaml"
    path.write_text(f"title: title\n{synonyms}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("synonyms", "message"),
    [
        ("synonyms: [laptop]", "synonyms, line 1"),
        ('synonyms: ["a, b", "tv =>"]', "synonyms, line 2"),
        ("synonyms: missing.txt", "there is no file"),
        ("synonyms: {a: b}", "lines or the name of a file"),
        ("synonyms: words.txt", "words.txt, line 3"),
    ],
)
def test_a_wrong_rule_is_named_with_file_and_line(synonyms: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# shop words\nlaptop, notebook\n笔记本\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=message) as raised:
        read_schema(schema_file(tmp_path, synonyms))
    assert raised.value.cure


def opened(folder: Path, counting: CountingEmbeddings) -> Catalog:
    return open_catalog(folder / "shop.csv", home=folder, schema=folder / "schema.yaml", embeddings=counting)


def test_a_changed_file_of_synonyms_is_noticed_without_embedding_again(
    tmp_path: Path, counting: CountingEmbeddings
) -> None:
    (tmp_path / "shop.csv").write_text("id,title\n1,HP notebook\n2,Desk lamp\n3,Oak table\n", encoding="utf-8")
    schema_file(tmp_path, "synonyms: words.txt")
    (tmp_path / "words.txt").write_text("table, 桌子\n", encoding="utf-8")
    assert "lexical" not in opened(tmp_path, counting).search(SearchRequest("laptop", k=3)).hits[0].parts
    embedded = len(counting.texts)
    (tmp_path / "words.txt").write_text("table, 桌子\nlaptop, notebook\n", encoding="utf-8")
    hits = opened(tmp_path, counting).search(SearchRequest("laptop", k=3)).hits
    assert (hits[0].item_id, "lexical" in hits[0].parts) == ("1", True)
    assert len([text for text in counting.texts[embedded:] if "lamp" in text]) == 0
