"""`bench live` for two seconds: what it would find in a minute, it may find in two seconds as well."""

from pathlib import Path

import pytest
from langgraph_recommender.evals.benches import find_bench
from langgraph_recommender.evals.benches.figures import Options


def test_readers_and_a_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path))
    report = find_bench("live").run(Options(count=2, catalogs=("products",)), lambda done, total: None)
    values = {figure.name: figure.value for figure in report.figures}
    assert report.reached, report.notes
    assert values["errors"] == 0
    assert values["searches"] > 0
    assert values["item added, times"] > 0
