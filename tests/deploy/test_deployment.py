"""The container files are linted, and say only what the command and the settings know."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from langgraph_recommender.agent.environment import PREFIX
from langgraph_recommender.agent.serve.edge.keys_file import read_keys
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
HADOLINT = Path(sys.executable).with_name("hadolint")


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.fixture
def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text()


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint has no wheel for this machine")
def test_hadolint_finds_nothing() -> None:
    linted = subprocess.run([HADOLINT, DEPLOY / "Dockerfile"], capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout


def test_the_command_of_the_image_is_one_that_the_package_has(dockerfile: str) -> None:
    [line] = re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    command = yaml.safe_load(line)
    executable = shutil.which(command[0], path=str(Path(sys.executable).parent))
    assert executable
    shown = subprocess.run([executable, command[1], "--help"], capture_output=True, text=True, check=True).stdout
    assert all(word in shown for word in command if word.startswith("--"))


def test_what_is_copied_into_the_image_is_there(dockerfile: str) -> None:
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)]
    names = [name for one in copied for name in one]
    assert {"agent", "tools", "graphs", "evals", "pyproject.toml"} <= set(names)
    assert all((ROOT / name).exists() for name in names)
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in names} <= set(allowed)


def test_the_image_does_not_run_as_root(dockerfile: str) -> None:
    assert re.findall(r"^USER (\d+)$", dockerfile, re.MULTILINE)[-1] != "0"


def test_every_setting_of_the_composition_is_one_of_ours(compose: dict[str, Any]) -> None:
    known = {PREFIX + name.upper() for kind in (Settings, EdgeSettings) for name in kind.model_fields}
    given = {name for name in compose["services"]["app"]["environment"] if name.startswith(PREFIX)}
    assert given
    assert given <= known


def test_services_secrets_and_volumes_that_are_named_exist(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]
    assert (ROOT / services["app"]["build"]["dockerfile"]).exists()


def test_the_database_holds_no_password_of_its_own(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "KEY" in name.replace("KEYS", ""):
                assert str(value).startswith("${"), name


def test_the_keys_file_of_the_page_about_deploying_is_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "deploying.md").read_text()
    [example] = re.findall(r"```yaml\n# keys.yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "keys.yaml").write_text(example)
    assert len(read_keys(tmp_path / "keys.yaml").known) == 2
