"""`recommender settings`, and the page that is made from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from langgraph_recommender.agent.cli import main
from langgraph_recommender.agent.cli.settings import GROUPS, page, settings_of
from langgraph_recommender.agent.environment import PREFIX
from langgraph_recommender.tools.errors import SettingsError

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


def test_the_page_is_what_the_command_prints() -> None:
    assert PAGE.read_text("utf-8") == page(), "recommender settings --markdown > docs/settings.md"


@pytest.mark.parametrize("read", GROUPS.values())
def test_every_setting_says_what_it_means(read: type) -> None:
    settings = settings_of(read)
    assert [one.variable for one in settings] == [PREFIX + name.upper() for name in read.model_fields]
    assert all(one.meaning.endswith(".") and one.kind for one in settings)


def test_no_variable_is_read_by_two_classes() -> None:
    variables = [one.variable for read in GROUPS.values() for one in settings_of(read)]
    assert len(set(variables)) == len(variables)


def test_the_command_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["settings", "--json"])
    assert ended.value.code == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["Server"][0]["variable"] == "RECOMMENDER_KEYS"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RECOMMENDER_SHOTS", "many"),
        ("RECOMMENDER_PER_MINUTE", "-1"),
        ("RECOMMENDER_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("RECOMMENDER_CORS_ORIGINS", "*"),
        ("RECOMMENDER_CORS_ORIGINS", "https://shop.example/path"),
        ("RECOMMENDER_IMAGE_SOURCES", "https://a.example; script-src *"),
        ("RECOMMENDER_USER_HEADER", "X User"),
        ("RECOMMENDER_OTLP_ENDPOINT", "localhost:4317"),
        ("RECOMMENDER_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable):
        [read.read() for read in GROUPS.values()]
