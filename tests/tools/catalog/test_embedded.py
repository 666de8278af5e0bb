"""The catalogs that ship with the package: complete, licensed, and named in both languages."""

import csv
import gzip
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from langgraph_recommender.tools.catalog import Catalog, embedded, embedded_catalogs, load_items
from langgraph_recommender.tools.catalog.embedded import build
from langgraph_recommender.tools.catalog.reading.loading import LoadedCatalog
from langgraph_recommender.tools.items import Facet, FacetKind, FacetRole
from langgraph_recommender.tools.normalize import has_chinese

ROOT = Path(embedded.__file__).parent
SIZES = {"books": 10_000, "groceries": 81, "movies": 12_829, "products": 194, "restaurants_zh": 951}


@pytest.fixture(scope="module", params=SIZES)
def loaded(request: pytest.FixtureRequest) -> LoadedCatalog:
    folder = ROOT / request.param
    (data,) = folder.glob("items.*")
    return load_items(data, folder / "schema.yaml")


def _values(loaded: LoadedCatalog, facet: Facet) -> Counter[object]:
    found = (item.facets.get(facet.name, ()) for item in loaded.items)
    return Counter(part for value in found for part in (value if isinstance(value, tuple) else (value,)))


def _worded(loaded: LoadedCatalog) -> Iterator[Facet]:
    return (facet for facet in loaded.schema.facets if facet.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI))


def test_all_five_are_there() -> None:
    assert embedded_catalogs() == tuple(sorted(SIZES))


def test_every_row_is_usable(loaded: LoadedCatalog) -> None:
    assert loaded.problems == ()
    assert len(loaded.items) == SIZES[loaded.schema.name]


def test_every_facet_has_values_and_names_in_both_languages(loaded: LoadedCatalog) -> None:
    for facet in loaded.schema.facets:
        assert _values(loaded, facet), facet.name
        assert facet.names["en"], facet.name
        assert all(map(has_chinese, facet.names["zh"])), facet.name


def test_aliases_are_for_values_that_occur_and_never_hide_another_value(loaded: LoadedCatalog) -> None:
    for facet in _worded(loaded):
        values = _values(loaded, facet)
        assert not [value for value in facet.aliases if value not in values], facet.name
        assert not [word for words in facet.aliases.values() for word in words if word in values], facet.name


def test_every_category_of_an_english_catalog_has_a_chinese_name(loaded: LoadedCatalog) -> None:
    category = loaded.schema.by_role(FacetRole.CATEGORY)
    if loaded.schema.language == "zh":
        assert category is None
        return
    assert category is not None
    unnamed = [
        value for value in _values(loaded, category) if not any(map(has_chinese, category.aliases.get(str(value), ())))
    ]
    assert unnamed == []


def test_licences_and_sources_are_beside_the_data(loaded: LoadedCatalog) -> None:
    folder = ROOT / loaded.schema.name
    assert (folder / "LICENSE").stat().st_size > 100
    assert "Source" in (folder / "ATTRIBUTION.md").read_text(encoding="utf-8")


def test_the_package_stays_small() -> None:
    assert sum(path.stat().st_size for path in ROOT.rglob("*") if path.is_file()) < 15_000_000


def test_grocery_pictures_are_there() -> None:
    data = ROOT / "groceries"
    items = load_items(data / "items.jsonl.gz", data / "schema.yaml").items
    assert all((data / (item.image or "none")).is_file() for item in items)


def test_ratings_are_about_books_of_the_catalog() -> None:
    ids = {item.id for item in load_items(ROOT / "books" / "items.jsonl.gz", ROOT / "books" / "schema.yaml").items}
    with gzip.open(ROOT / "books" / "interactions.csv.gz", "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 290_000
    assert {row["item"] for row in rows} <= ids
    assert {row["rating"] for row in rows} == {"1", "2", "3", "4", "5"}
    assert len({(row["user"], row["item"]) for row in rows}) == len(rows)


def test_an_embedded_catalog_opens_by_name(groceries: Catalog, open_embedded: Callable[[str], Catalog]) -> None:
    assert groceries.name == "groceries"
    assert len(groceries) == SIZES["groceries"]
    assert groceries.interactions is None
    assert open_embedded("groceries").revision == groceries.revision


@pytest.mark.skipif("RECOMMENDER_TEST_DATA" not in os.environ, reason="needs the sources of the embedded catalogs")
def test_the_build_script_makes_what_is_shipped(tmp_path: Path) -> None:
    assert build.main(Path(os.environ["RECOMMENDER_TEST_DATA"]), tmp_path) == SIZES
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) > len(SIZES) * 2
    for path in made:
        assert _content(tmp_path / path) == _content(ROOT / path), path


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data
