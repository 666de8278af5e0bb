"""A patched word table says of every item what one built anew says."""

import random
from dataclasses import replace

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.search.wordpatch import patched_table
from langgraph_recommender.tools.catalog.search.wordtable import WordTable, build_table
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SCHEMA = CatalogSchema(
    facets=(
        Facet(name="brand", kind=FacetKind.CATEGORICAL, role=FacetRole.BRAND),
        Facet(name="ean", kind=FacetKind.MULTI, role=FacetRole.IDENTIFIER),
    )
)
WORDS = ("lamp", "desk", "blue", "red", "oak", "case", "for", "laptop", "dv7-1211ea", "x200", "台灯", "书桌", "room")


def _item(number: int, rng: random.Random) -> Item:
    def said(least: int, most: int) -> str:
        return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))

    return Item(str(number), said(1, 4), said(0, 12), {"brand": rng.choice(["Lumo", "Holt", "灯具"])})


def _text(item: Item) -> str:
    return f"{item.title}. {item.text}"


def _built(items: list[Item]) -> WordTable:
    return build_table(items, [_text(item) for item in items], SCHEMA)


def _pairs(table: WordTable) -> dict[tuple[str, int], tuple[float, bool]]:
    """(word, row) -> weight, and whether it is aside."""
    words = np.repeat(np.arange(len(table.words)), np.diff(table.starts))
    rows = zip(words, table.holders, table.scores, table.aside, strict=True)
    return {(table.words[word], int(row)): (float(score), bool(aside)) for word, row, score, aside in rows}


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_a_table_built_anew(seed: int) -> None:
    rng = random.Random(seed)
    before = [_item(number, rng) for number in range(300)]
    gone = set(rng.sample(range(300), 10))
    items = [item for number, item in enumerate(before) if number not in gone]
    changed = rng.sample(range(len(items)), 10)
    for row in changed:
        items[row] = replace(_item(0, rng), id=items[row].id, text="an unheard word and a light room")
    items += [_item(1_000 + number, rng) for number in range(10)]
    rows = {id(item): row for row, item in enumerate(items)}
    places = np.array([rows.get(id(item), -1) for item in before])
    patched, built = patched_table(_built(before), places, items, _text, SCHEMA), _built(items)
    assert patched is not None
    found, expected = _pairs(patched), _pairs(built)
    assert found.keys() == expected.keys()
    assert {key: aside for key, (_, aside) in found.items()} == {key: aside for key, (_, aside) in expected.items()}
    assert np.mean([abs(found[key][0] / expected[key][0] - 1) for key in found]) < 0.1
    assert patched.title_words() == built.title_words()
    assert patched.codes.tolist() == built.codes.tolist()
    assert sorted(zip(patched.codes.tolist(), patched.code_rows.tolist(), strict=True)) == sorted(
        zip(built.codes.tolist(), built.code_rows.tolist(), strict=True)
    )
    assert {patched.words[at] for at in patched.names} == {built.words[at] for at in built.names}
    assert patched.size == built.size == len(items)
    assert all(np.all(np.diff(patched.holders_of(word)) > 0) for word in range(len(patched.words)))


def test_nothing_changed() -> None:
    items = [_item(number, random.Random(number)) for number in range(40)]
    table = _built(items)
    patched = patched_table(table, np.arange(40), items, _text, SCHEMA)
    assert patched is not None
    assert _pairs(patched) == _pairs(table)


def test_too_much_changed() -> None:
    items = [_item(number, random.Random(number)) for number in range(40)]
    assert patched_table(_built(items), np.full(40, -1), items, _text, SCHEMA) is None


def test_the_first_chinese_text_needs_a_table_built_anew() -> None:
    plain = [Item(str(number), f"Lamp {number}") for number in range(40)]
    places = np.arange(40)
    assert patched_table(_built(plain), places, [*plain, Item("zh", "红色台灯")], _text, SCHEMA) is None


def test_all_but_a_few_are_gone() -> None:
    items = [_item(number, random.Random(number)) for number in range(40)]
    left = items[3:5]
    places = np.full(40, -1)
    places[3:5] = [0, 1]
    patched = patched_table(_built(items), places, left, _text, SCHEMA)
    assert patched is not None
    assert _pairs(patched).keys() == _pairs(_built(left)).keys()
