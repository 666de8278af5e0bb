"""Names, filters, rules and settings that are wrong: the nearest right one is suggested, before anything is done."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import yaml
from langgraph_recommender.agent import Policies, create_recommender
from langgraph_recommender.tools.errors import CatalogError, SettingsError, UnknownCatalogError

from .conftest import Run


def test_an_unknown_catalog_suggests_the_nearest(run: Run, shop: Path) -> None:
    run("chat", "--catalog", "bokos", "hello").refused("bokos", "Did you mean 'books'?")
    run("search", "x", "--catalog", "bokos").refused("bokos", "Did you mean 'books'?")
    run("serve", "--catalog", "prodcuts", "--port", "0").refused("Did you mean 'products'?")
    run("profile", "build", shop, "--catalog", "moveis").refused("Did you mean 'movies'?")
    run("bench", "turns", "--catalog", "grocries").refused("Did you mean 'groceries'?")
    assert run("index", shop, "--out", "lamp-shop").code == 0
    run("search", "x", "--catalog", "lmap-shop").refused("Did you mean 'lamp-shop'?")
    with pytest.raises(UnknownCatalogError, match="Did you mean 'books'"):
        create_recommender("bokos")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("prise<5", ("character 1", "no facet 'prise'", "'price'")),
        ("zzz = 5", ("no facet 'zzz'", "Facets: brand, kind, price")),
        ("price < cheap", ("character 9", "'cheap' is not a number that fits price", "price < 500")),
        ("price", ("an operator is missing", "<")),
        ("brand < 5", ("not possible", "in")),
        ("brand = Lumo and", ("the filter ends", "price < 500")),
        ("price < 5 or brand = Lumo", ("`or`",)),
        ("brand in (Lumo", ("`)`",)),
    ],
)
def test_a_filter_that_is_wrong(run: Run, shop: Path, where: str, words: tuple[str, ...]) -> None:
    run("search", "lamp", "--catalog", shop, "--where", where).refused(where, *words)


def test_a_value_that_no_item_has_is_told(run: Run, shop: Path) -> None:
    done = run("search", "lamp", "--catalog", shop, "--where", "brand in (Lumoo, Holt)")
    assert done.code == 0
    assert "No item has brand 'Lumoo'. Did you mean 'Lumo'?" in done.out


def test_unknown_models_and_missing_keys(run: Run, shop: Path) -> None:
    talk = ("chat", "--catalog", shop, "hello", "--model")
    run(*talk, "opnai:gpt-5").refused("Unknown model 'opnai:gpt-5'", "Did you mean 'openai'?")
    run(*talk, "ofline").refused("Unknown model 'ofline'", "Did you mean 'offline'?")
    run(*talk, "openai:gpt-5-mini").refused("needs a key", "OPENAI_API_KEY", "model='offline'")
    run("serve", "--catalog", shop, "--port", "0", "--model", "opnai:x").refused("Did you mean 'openai'?")
    run("eval", "products_en", "--catalog", shop, "--model", "opnai:x").refused("products_en")
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        create_recommender(shop, "openai:gpt-5-mini")


def test_a_server_that_is_down(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_MAX_RETRIES", "0")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    talk = ("chat", "--catalog", shop, "--model", "openai:x", "--base-url", address)
    (turn,) = run(*talk, "--json", "a lamp under 30").turns
    assert [one["id"] for one in turn["recommendations"]] == ["1"]
    assert turn["degraded"]
    told = run(*talk, "a lamp under 30")
    assert "Blue lamp" in told.out
    assert "Traceback" not in told.out + told.err


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (None, ("no policy file", "rules.yaml")),
        ("blocked: [1]", ("rules.yaml", "blocked", "'block'")),
        ("block_where: ['brnd = Lumo']", ("block_where", "'brnd'", "'brand'")),
        ("at_most_per: {brnd: 1}", ("at_most_per", "'brnd'", "'brand'")),
        ("- x", ("rules.yaml", "key: value")),
        ("a: [", ("rules.yaml", "not YAML")),
    ],
)
def test_rules_that_are_wrong(run: Run, shop: Path, tmp_path: Path, rules: str | None, words: tuple[str, ...]) -> None:
    if rules is not None:
        (tmp_path / "rules.yaml").write_text(rules)
    run("chat", "--catalog", shop, "--policies", "rules.yaml", "a lamp").refused(*words)


def test_settings_of_the_environment_that_are_wrong(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_SHOTS", "many")
    run("chat", "--catalog", shop, "a lamp").refused("RECOMMENDER_SHOTS", "'many'")


def test_what_serve_cannot_use(run: Run, shop: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run("serve", "--catalog", shop, "--port", port).refused(f"port {port}", "in use", "--port")
    (tmp_path / "keys.json").write_text('["ann"]')
    run("serve", "--catalog", shop, "--port", "0", "--keys", "keys.json").refused("keys.json, key 1", '"user"')
    run("serve", "--catalog", shop, "--port", "0", "--keys", "none.json").refused("none.json: No such file")


def _suite(shop: Path, **expected: object) -> str:
    turn = {"say": "a lamp under 30", "expect": expected or {"intent": "recommend"}}
    conversations = [{"name": "one", "turns": [turn]}]
    return yaml.safe_dump({"suite": "s", "catalog": str(shop), "language": "en", "conversations": conversations})


def test_suites_and_reports_that_are_wrong(run: Run, shop: Path, tmp_path: Path) -> None:
    run("eval", "products_em").refused("products_em", "Did you mean 'products_en'?")
    run("eval", tmp_path).refused("directory")
    run("bench", "turn").refused("Did you mean 'turns'?")
    (tmp_path / "wrong.yaml").write_text(_suite(shop, intnt="recommend"))
    run("eval", "wrong.yaml").refused("wrong.yaml:", "unknown expectation 'intnt'", "'intent'")
    (tmp_path / "list.yaml").write_text("a,b\n1,2\n")
    run("eval", "list.yaml").refused("list.yaml:1: not a suite", "`conversations:`")
    (tmp_path / "good.yaml").write_text(_suite(shop))
    run("eval", "good.yaml", "--report", "good.yaml/report").refused("good.yaml/report", "--report")
    assert json.loads(run("eval", "good.yaml", "--json").out)["passed"] == 1


def test_an_empty_list_of_items_is_no_catalog() -> None:
    with pytest.raises(CatalogError, match="No catalog"):
        create_recommender([])  # pyright: ignore[reportArgumentType]


def test_a_rule_in_python_is_checked_at_once(shop: Path) -> None:
    with pytest.raises(SettingsError, match="'brnd'"):
        create_recommender(shop, policies=Policies(require_where=("brnd = Lumo",)))
