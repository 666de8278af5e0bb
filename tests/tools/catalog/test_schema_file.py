import json
from pathlib import Path

import pytest
from langgraph_recommender.tools.catalog import load_items
from langgraph_recommender.tools.errors import CatalogError
from langgraph_recommender.tools.items import FacetKind, FacetRole

ROWS = [{"id": n, "title": f"t{n}", "price": n, "kind": "ab"[n % 2], "note": "x" * n} for n in range(1, 9)]


def _schema(folder: Path, text: str, name: str = "schema.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_changes_adds_and_drops_facets(tmp_path: Path) -> None:
    mark = "  mark: {kind: categorical, column: note}\n"
    text = f"noun: {{en: part, zh: 零件}}\nfacets:\n  price: {{unit: EUR}}\n  kind: null\n{mark}"
    schema = load_items(ROWS, _schema(tmp_path, text)).schema
    assert schema.noun == {"en": "part", "zh": "零件"}
    assert schema.facet("kind") is None
    price, mark = schema.facet("price"), schema.facet("mark")
    assert price is not None
    assert (price.kind, price.unit, price.role) == (FacetKind.NUMERIC, "EUR", FacetRole.PRICE)
    assert mark is not None
    assert mark.column == "note"


def test_a_list_names_the_only_facets(tmp_path: Path) -> None:
    schema = load_items(ROWS, _schema(tmp_path, "facets: [{name: price, unit: EUR}]")).schema
    assert [(facet.name, facet.kind, facet.unit) for facet in schema.facets] == [("price", "numeric", "EUR")]


def test_json_works_too(tmp_path: Path) -> None:
    path = _schema(tmp_path, json.dumps({"text": "note", "facets": {}}), "schema.json")
    assert load_items(ROWS, path).schema.text == ("note",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel: title", r"schema\.yaml: unknown key titel\. Did you mean 'title'\?"),
        ("facets: {price: {untis: EUR}}", r"unknown key facets\.price\.untis\."),
        ("facets: {price: {kind: numerc}}", r"facets\.price\.kind: .* Did you mean 'numeric'\?"),
        (
            "facets: {price: {column: prise}}",
            r"facets\.price\.column is 'prise', and no row has it\. Did you mean 'price'",
        ),
        ("title: name", r"the schema's title is 'name', and no row has it"),
        ("facets: [{kind: numeric}]", r"facets\[0\] has no name"),
        ("facets: 7", "facets must be a list or a mapping"),
        ("- a\n- b", "a schema is a mapping"),
        ("a: [", "cannot be parsed"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message) as error:
        load_items(ROWS, _schema(tmp_path, text))
    assert error.value.cure


def test_a_missing_schema_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"nowhere\.yaml: no such file"):
        load_items(ROWS, tmp_path / "nowhere.yaml")


def test_records_that_hold_no_list(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"goods": ROWS, "more": ROWS}))
    with pytest.raises(CatalogError, match=r"no list of rows in the document.*'goods', 'more'"):
        load_items(path)
    with pytest.raises(CatalogError, match="no list of rows at records: 'godos'"):
        load_items(path, _schema(tmp_path, "records: godos"))
