"""Rules of the house, as data."""

from pathlib import Path

import pytest
from langgraph_recommender.graphs.policies import Policies, blocked, check, disclosures, for_adults, required
from langgraph_recommender.tools.constraints import matches
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SCHEMA = CatalogSchema(
    facets=(
        Facet(name="stock", kind=FacetKind.NUMERIC, role=FacetRole.STOCK),
        Facet(name="age", kind=FacetKind.NUMERIC, role=FacetRole.AGE),
        Facet(name="brand", kind=FacetKind.CATEGORICAL),
        Facet(name="ad", kind=FacetKind.BOOLEAN, role=FacetRole.SPONSORED),
    )
)
ACME = Item(id="1", title="Anvil", facets={"stock": 0.0, "age": 18.0, "brand": "Acme", "ad": True})


@pytest.mark.parametrize(
    ("kind", "available", "gone"),
    [
        (FacetKind.NUMERIC, 3.0, 0.0),
        (FacetKind.BOOLEAN, True, False),
        (FacetKind.CATEGORICAL, "Low Stock", "Out of Stock"),
    ],
)
def test_in_stock_speaks_the_terms_of_the_catalog(kind: FacetKind, available: object, gone: object) -> None:
    schema = CatalogSchema(facets=(Facet(name="stock", kind=kind, role=FacetRole.STOCK),))
    (rule,) = required(Policies(), schema)
    assert matches(rule, available)  # pyright: ignore[reportArgumentType]
    assert not matches(rule, gone)  # pyright: ignore[reportArgumentType]
    assert required(Policies(in_stock=False), schema) == ()


def test_the_block_list_works_by_id_and_by_filter() -> None:
    assert blocked(Policies(block=("1",)), SCHEMA, ACME)
    assert blocked(Policies(block_where=("brand = acme",)), SCHEMA, ACME)
    assert not blocked(Policies(block_where=("brand = acme and stock > 0",)), SCHEMA, ACME)


def test_the_age_gate_can_be_moved_and_switched_off() -> None:
    assert for_adults(Policies(), SCHEMA, ACME)
    assert not for_adults(Policies(adult_from=21), SCHEMA, ACME)
    assert not for_adults(Policies(adult_from=None), SCHEMA, ACME)


def test_sponsored_items_are_disclosed() -> None:
    assert disclosures(Policies(), SCHEMA, ACME) == ("sponsored",)
    assert disclosures(Policies(disclose_sponsored=False), SCHEMA, ACME) == ()


def test_a_policy_file_with_an_unknown_key_says_which(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("blocked: [1]\n", "utf-8")
    with pytest.raises(SettingsError, match=r"rules.yaml.*blocked"):
        Policies.load(path)
    path.write_text("- x\n", "utf-8")
    with pytest.raises(SettingsError, match=r"rules.yaml holds no rules"):
        Policies.load(path)
    with pytest.raises(SettingsError, match=r"cannot be read"):
        Policies.load(tmp_path)
    with pytest.raises(SettingsError, match=r"no policy file"):
        Policies.load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Policies(block_where=("brnd = Acme",)), r"block_where: .*'brnd'\. Did you mean 'brand'"),
        (Policies(require_where=("stock > many",)), r"require_where: .*'many' is not a number"),
        (Policies(at_most_per={"brnd": 2}), r"at_most_per: there is no facet 'brnd'\. Did you mean 'brand'"),
    ],
)
def test_a_rule_about_a_facet_that_is_not_there_is_named(rules: Policies, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        check(rules, SCHEMA)
