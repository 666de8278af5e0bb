"""Several catalogs as one: ids, facets, filters, search, changes, and what cannot be joined."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langgraph_recommender.tools.catalog import (
    Catalog,
    JointCatalog,
    SearchRequest,
    named_catalogs,
    open_catalog,
    open_catalogs,
)
from langgraph_recommender.tools.constraints import Constraint, Op, parse_filter
from langgraph_recommender.tools.errors import CatalogError, FilterError, UnknownCatalogError, UnknownItemError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item


def facet(name: str, kind: FacetKind, role: FacetRole | None = None, unit: str = "", **more: object) -> Facet:
    return Facet.model_validate({"name": name, "kind": kind, "role": role, "unit": unit, **more})


def shop(name: str, currency: str, items: Sequence[Item], noun: str = "item") -> Catalog:
    facets = (
        facet("category", FacetKind.CATEGORICAL, FacetRole.CATEGORY),
        facet("price", FacetKind.NUMERIC, FacetRole.PRICE, currency),
    )
    return open_catalog(list(items), schema=CatalogSchema(name=name, noun={"en": noun}, facets=facets))


TEA = Item("1", "Green tea", "Loose leaves from Japan.", {"category": "Tea", "price": 9.0})
CUP = Item("1", "Porcelain cup", "A white cup for tea.", {"category": "tea", "price": 90.0})
POT = Item("2", "Iron teapot", "Keeps tea hot for hours.", {"category": "pots", "price": 40.0})


@pytest.fixture
def pair() -> JointCatalog:
    return JointCatalog([shop("drinks", "USD", [TEA], "drink"), shop("pots", "USD", [CUP, POT], "vessel")])


@pytest.fixture(scope="session")
def both(books: Catalog, movies: Catalog) -> JointCatalog:
    return JointCatalog([books, movies])


def test_ids_of_members_never_collide(pair: JointCatalog) -> None:
    assert [item.id for item in pair.items()] == ["drinks:1", "pots:1", "pots:2"]
    assert pair.item("pots:1").title == CUP.title
    assert [pair.position(item.id) for item in pair.items()] == [0, 1, 2]
    assert "1" not in pair
    assert "drinks:2" not in pair
    with pytest.raises(UnknownItemError, match="drinks:9"):
        pair.item("drinks:9")


def test_every_public_name_of_a_catalog_is_the_joint_one_s_own_or_calls_such() -> None:
    inherited = {name for name in vars(Catalog) if not name.startswith("_")} - set(vars(JointCatalog))
    assert inherited <= {"read_query", "read_picture", "search_picture", "index_pictures"}


def test_facets_of_one_meaning_are_one_and_values_are_spelt_alike(pair: JointCatalog) -> None:
    assert [one.name for one in pair.schema.facets] == ["catalog", "category", "price"]
    assert pair.item("pots:1").facets == {"catalog": "vessel", "category": "Tea", "price": 90.0}
    assert dict(pair.statistics("category").counts) == {"Tea": 2, "pots": 1}
    assert pair.statistics("price").median == 40.0
    assert pair.mask(parse_filter("category = tea and price < 50", pair.schema)).tolist() == [True, False, False]


def test_prices_of_two_currencies_stay_apart() -> None:
    joint = JointCatalog([shop("here", "USD", [TEA]), shop("there", "CNY", [CUP, POT])])
    assert [one.name for one in joint.schema.facets] == ["catalog", "category", "here_price", "there_price"]
    assert joint.item("there:1").facets["there_price"] == 90.0
    dollars = parse_filter("here_price < 100", joint.schema)
    assert joint.mask(dollars).tolist() == [True, False, False]
    with pytest.raises(FilterError, match="price"):
        joint.mask((Constraint(facet="price", op=Op.LT, value=100.0),))


def test_the_kind_goes_by_its_noun_or_where_nouns_are_the_same_by_its_name(pair: JointCatalog) -> None:
    assert dict(pair.statistics("catalog").counts) == {"vessel": 2, "drink": 1}
    alike = JointCatalog([shop("here", "USD", [TEA]), shop("there", "USD", [CUP])])
    assert set(alike.statistics("catalog").counts) == {"here", "there"}


def test_the_kind_may_be_said_in_either_language(both: JointCatalog) -> None:
    films = len(both.members[1])
    for word in ("film", "films", "movie", "电影", "影片"):
        assert both.mask(parse_filter(f"catalog = {word}", both.schema)).sum() == films
    assert both.mask(parse_filter("catalog = 书", both.schema)).sum() == len(both.members[0])


def test_a_catalog_of_its_own_facet_called_catalog_keeps_it() -> None:
    schema = CatalogSchema(name="prints", facets=(facet("catalog", FacetKind.CATEGORICAL),))
    prints = open_catalog([Item("1", "A print", "", {"catalog": "spring"})], schema=schema)
    joint = JointCatalog([prints, shop("pots", "USD", [CUP])])
    assert joint.item("prints:1").facets["prints_catalog"] == "spring"


def test_a_query_finds_the_best_of_each(both: JointCatalog) -> None:
    found = both.search(SearchRequest("Dune", k=5))
    assert {hit.item_id for hit in found.hits[:3]} == {
        "books:126",
        "movies:Dune_(1984_film)",
        "movies:Dune_(2021_film)",
    }
    assert found.fitting == len(both)
    for hit in found.hits:
        assert hit.score == pytest.approx(sum(hit.parts.values()))


def test_what_only_one_catalog_has_comes_from_it(both: JointCatalog) -> None:
    cast = parse_filter("cast = Tom Hanks", both.schema)
    found = both.search(SearchRequest("", cast, k=20))
    assert found.hits
    assert all(hit.item_id.startswith("movies:") for hit in found.hits)
    neither = parse_filter("cast = Tom Hanks and authors = Stephen King", both.schema)
    assert both.search(SearchRequest("king", neither)).fitting == 0


@pytest.mark.parametrize("query", ["", "a story about dragons", "love in paris", "war", "robots in space", "爱情故事"])
def test_neither_catalog_is_starved(both: JointCatalog, query: str) -> None:
    homes = [hit.item_id.partition(":")[0] for hit in both.search(SearchRequest(query, k=40)).hits]
    assert 4 <= homes.count("books") <= 36


def test_a_title_in_one_catalog_is_not_drowned_by_the_other(both: JointCatalog) -> None:
    best = both.search(SearchRequest("The Smitten Kitchen Cookbook", k=5)).hits[0]
    assert best.item_id.startswith("books:")


def test_a_few_teas_beside_many_books(books: Catalog, tmp_path: Path) -> None:
    table = tmp_path / "teas.csv"
    table.write_text(
        "id,name,description\n1,Jasmine Pearl,Green tea scented with jasmine\n2,Sencha,Fresh grassy green tea\n"
        "3,Assam,Strong malty black tea\n"
    )
    both = JointCatalog([books, open_catalog(table, home=tmp_path / "home")])
    found = [both.search(SearchRequest(words, k=5)).hits[0].item_id for words in ("green tea", "wizard school")]
    assert [one.partition(":")[0] for one in found] == ["teas", "books"]
    (tea,) = parse_filter("catalog = tea", both.schema)
    assert both.mask((tea,)).sum() == 3


def test_films_like_a_book_by_meaning_values_and_title(both: JointCatalog) -> None:
    films = parse_filter("catalog = movie", both.schema)
    found = both.search(SearchRequest("", films, similar_to=("books:126",), k=20))
    assert {hit.item_id for hit in found.hits[:2]} == {"movies:Dune_(1984_film)", "movies:Dune_(2021_film)"}
    genres = [both.item(hit.item_id).facets.get("genres", ()) for hit in found.hits]
    assert sum("science fiction" in one for one in genres) > 10
    both_ways = both.search(SearchRequest("", similar_to=("books:126",), k=20))
    assert {hit.item_id.partition(":")[0] for hit in both_ways.hits} == {"books", "movies"}
    assert "books:126" not in {hit.item_id for hit in both_ways.hits}


def test_as_many_come_back_as_were_asked_for_where_so_many_fit(pair: JointCatalog) -> None:
    assert len(pair.search(SearchRequest("tea", k=3)).hits) == 3
    assert len(pair.search(SearchRequest("tea", k=9, diversity=0.5)).hits) == 3
    away = frozenset({"pots:1"})
    assert "pots:1" not in {hit.item_id for hit in pair.search(SearchRequest("tea", exclude=away)).hits}


def test_a_change_of_a_member_shows_at_the_next_search(pair: JointCatalog) -> None:
    before = pair.revision
    drinks = pair.members[0]
    drinks.upsert([Item("2", "Black tea", "Strong leaves.", {"category": "Tea", "price": 7.0})])
    assert pair.revision > before
    assert len(pair) == 4
    assert "drinks:2" in {hit.item_id for hit in pair.search(SearchRequest("black tea", k=2)).hits}
    pair.upsert([Item("pots:3", "Glass cup", "Clear.", {"catalog": "vessel", "category": "Tea", "price": 5.0})])
    assert pair.members[1].item("3").facets == {"category": "Tea", "price": 5.0}
    pair.delete(["drinks:2", "pots:1"])
    assert [item.id for item in pair.items()] == ["drinks:1", "pots:2", "pots:3"]
    with pytest.raises(UnknownItemError):
        pair.delete(["pots:2", "pots:1"])
    assert "pots:2" in pair


def test_vectors_are_those_of_the_members(pair: JointCatalog) -> None:
    assert np.array_equal(pair.vector_of(["pots:2", "drinks:1"]), pair.vectors[[2, 0]])
    assert pair.prior.shape == (3,)
    assert pair.relaxation(parse_filter("price < 1", pair.schema)).loosened.value == 9.0  # pyright: ignore


def test_one_name_in_a_list_is_that_catalog(home: Path) -> None:
    assert type(open_catalogs(["groceries"], home=home)) is Catalog
    assert open_catalogs("groceries", home=home).name == "groceries"


def test_an_empty_list_an_unknown_name_and_the_same_twice_are_errors(home: Path, groceries: Catalog) -> None:
    with pytest.raises(CatalogError, match="No catalog is given"):
        open_catalogs([], home=home)
    with pytest.raises(UnknownCatalogError, match="grocerys"):
        open_catalogs(["groceries", "grocerys"], home=home)
    with pytest.raises(CatalogError, match="'groceries' is given twice"):
        open_catalogs(["groceries", "groceries"], home=home)
    with pytest.raises(CatalogError, match="given twice"):
        JointCatalog([groceries, groceries])


def test_two_files_of_one_name_are_an_error_that_says_how_to_tell_them_apart(tmp_path: Path) -> None:
    files = [tmp_path / folder / "shop.csv" for folder in ("one", "two")]
    for file in files:
        file.parent.mkdir()
        file.write_text("id,title\n1,Red mug\n2,Blue mug\n", "utf-8")
    with pytest.raises(CatalogError, match=r"Two catalogs are called 'shop'.*Rename a file"):
        open_catalogs(files, home=tmp_path)


class Letters(Embeddings):
    """Counts letters: another model than the default."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(text.count(letter)) + 0.1 for letter in "aeiou"] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def test_catalogs_of_different_embeddings_cannot_be_joined() -> None:
    other = open_catalog([Item("1", "A pot")], schema=CatalogSchema(name="letters"), embeddings=Letters())
    with pytest.raises(CatalogError, match="letters with Letters"):
        JointCatalog([shop("drinks", "USD", [TEA]), other])


def test_a_setting_may_name_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert named_catalogs("books, movies") == ("books", "movies")
    assert named_catalogs("books") == ("books",)
    monkeypatch.chdir(tmp_path)
    Path("salt,pepper.csv").write_text("id,title\n1,Salt\n", "utf-8")
    assert named_catalogs("salt,pepper.csv") == ("salt,pepper.csv",)
