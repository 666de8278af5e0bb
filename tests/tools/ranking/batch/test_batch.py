"""A file of users in, a file of recommendations out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from langgraph_recommender.tools.errors import InputError, LogError, SettingsError
from langgraph_recommender.tools.ranking.batch import running
from langgraph_recommender.tools.ranking.batch.recommending import Choice, Recommend, _best
from langgraph_recommender.tools.ranking.batch.running import here, on_ray
from langgraph_recommender.tools.ranking.correction import Correction
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel
from langgraph_recommender.tools.ranking.rerank import Rerank

from .conftest import LABELS, Batch, N, as_csv


def rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def of(found: list[dict[str, Any]], user: str) -> list[str]:
    return [one["item_id"] for one in found if one["user"] == user]


def test_the_best_of_every_user_as_the_model_scores_them(
    batch: Batch, ring: Interactions, model: TrainedModel, tmp_path: Path
) -> None:
    report = batch(as_csv(ring, tmp_path / "u.csv"), tmp_path / "o.jsonl")
    found = rows(tmp_path / "o.jsonl")
    assert (report.users, report.rows, report.without_history, report.short) == (30, 150, 0, 0)
    scores = model.score(ring.histories())
    for user, name in enumerate(ring.user_ids):
        mine = [one for one in found if one["user"] == name]
        seen = set(ring.rows[ring.users == user].tolist())
        best = sorted((row for row in range(N) if row not in seen), key=lambda row: (-scores[user, row], row))[:5]
        assert [one["item_id"] for one in mine] == [LABELS.item_ids[row] for row in best]
        assert [one["rank"] for one in mine] == [1, 2, 3, 4, 5]
        assert [one["score"] for one in mine] == pytest.approx([float(scores[user, row]) for row in best], abs=1e-5)
        assert mine[0]["title"] == LABELS.titles[best[0]]


def test_shuffled_rows_little_memory_and_parquet_give_the_same(
    batch: Batch, ring: Interactions, tmp_path: Path
) -> None:
    batch(as_csv(ring, tmp_path / "u.csv"), tmp_path / "o.jsonl")
    order = np.random.default_rng(2).permutation(len(ring))
    mixed = as_csv(ring, tmp_path / "mixed.csv", order)
    batch(mixed, tmp_path / "p.jsonl", in_memory=10)
    batch(mixed, tmp_path / "p.parquet")
    assert (tmp_path / "p.jsonl").read_bytes() == (tmp_path / "o.jsonl").read_bytes()
    assert rows(tmp_path / "p.parquet") == rows(tmp_path / "o.jsonl")


def test_lists_that_are_corrected(batch: Batch, ring: Interactions, tmp_path: Path) -> None:
    users = as_csv(ring, tmp_path / "u.csv")
    plain = batch(users, tmp_path / "plain.jsonl")
    report = batch(users, tmp_path / "o.jsonl", correction=Correction(Rerank(popularity=0.4)))
    before, after = (
        {(one["user"], one["item_id"]): one for one in rows(tmp_path / name)} for name in ("plain.jsonl", "o.jsonl")
    )
    assert plain.corrected == ()
    assert (report.users, report.rows) == (plain.users, plain.rows)
    assert before.keys() != after.keys()
    assert all(one["score"] == before[key]["score"] for key, one in after.items() if key in before)
    (line,) = [one for one in report.corrected if one.metric == "average popularity"]
    counts = np.bincount(ring.rows, minlength=N)
    for value, found in ((line.before, before), (line.after, after)):
        assert value == pytest.approx(np.mean([counts[LABELS.item_ids.index(item)] for _, item in found]))
    assert line.after < line.before


def test_filters_and_more_than_there_is(batch: Batch, ring: Interactions, tmp_path: Path) -> None:
    allowed = np.arange(N) < 3
    report = batch(as_csv(ring, tmp_path / "u.csv"), tmp_path / "o.jsonl", allowed=allowed, k=100)
    assert {one["item_id"] for one in rows(tmp_path / "o.jsonl")} <= {"i0", "i1", "i2"}
    assert report.short == 30


def test_seen_items_may_be_kept_but_not_disliked_ones(batch: Batch, tmp_path: Path) -> None:
    users = tmp_path / "u.csv"
    users.write_text("user,item,rating\na,i3,5\na,i4,1\n")
    batch(users, tmp_path / "o.jsonl", k=N)
    assert len(of(rows(tmp_path / "o.jsonl"), "a")) == N - 2
    batch(users, tmp_path / "kept.jsonl", k=N, keep_seen=True)
    kept = of(rows(tmp_path / "kept.jsonl"), "a")
    assert "i3" in kept
    assert "i4" not in kept


def test_a_dislike_counts_against_what_follows_it(batch: Batch, tmp_path: Path) -> None:
    users = tmp_path / "u.csv"
    users.write_text("user,item,rating\nfan,i3,5\nfoe,i3,1\nother,i9,5\n")
    batch(users, tmp_path / "o.jsonl", k=N)
    found = rows(tmp_path / "o.jsonl")
    assert of(found, "fan").index("i4") < 5 < of(found, "foe").index("i4")


def test_one_history_a_user(batch: Batch, tmp_path: Path) -> None:
    events = tmp_path / "e.csv"
    events.write_text("user,item\nann,i1\nann,i2\nbob,i7\n")
    batch(events, tmp_path / "e.jsonl")
    lists = {
        "u.jsonl": '{"user": "bob", "items": ["i7"]}\n{"user": "ann", "items": ["i1", "i2"]}\n',
        "u.csv": 'user,items\nbob,i7\nann,"i1, i2"\n',
        "v.csv": 'user,items\nbob,"[""i7""]"\nann,i1|i2\n',
    }
    for name, text in lists.items():
        (tmp_path / name).write_text(text)
        batch(tmp_path / name, tmp_path / "o.jsonl")
        assert rows(tmp_path / "o.jsonl") == rows(tmp_path / "e.jsonl")


def test_nothing_known_has_what_is_popular_and_unknown_items_are_told(
    batch: Batch, model: TrainedModel, tmp_path: Path
) -> None:
    users = tmp_path / "u.jsonl"
    users.write_text(
        '{"user": "new", "items": []}\n{"user": "lost", "items": ["nope"]}\nbroken\n{"user": "odd", "items": 3}\n'
    )
    report = batch(users, tmp_path / "o.jsonl")
    found = rows(tmp_path / "o.jsonl")
    assert report.without_history == 3
    assert of(found, "new") == of(found, "lost") == of(found, "odd")
    assert of(found, "new")[0] == f"i{model.score(Histories.of([[]])).argmax()}"
    told = {reason: str(problems.first[0]) for reason, problems in report.read.left_out.items()}
    assert "row 2" in told["not in the catalog"]
    assert "nope" in told["not in the catalog"]
    assert len(told) == 3


def test_a_user_of_unknown_items_only_is_served(batch: Batch, tmp_path: Path) -> None:
    users = tmp_path / "u.csv"
    users.write_text("user,item\nann,nope\nbob,i1\n")
    report = batch(users, tmp_path / "o.jsonl")
    assert (report.users, report.without_history) == (2, 1)
    assert report.read.left_out["not in the catalog"].count == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("u.csv", ""),
        ("u.csv", "user,item\n"),
        ("u.csv", "who,what\na,b\n"),
        ("u.txt", "a\n"),
        ("u.xlsx", "a b\n"),
        ("u.jsonl", "\n"),
    ],
)
def test_a_users_file_that_cannot_be_used(batch: Batch, name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(LogError, match=name):
        batch(tmp_path / name, tmp_path / "o.jsonl")
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_users_file_that_is_not_there(batch: Batch, tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no such file"):
        batch(tmp_path / "u.csv", tmp_path / "o.jsonl")


@pytest.mark.parametrize("out", ["o.csv", "o", "nowhere/o.jsonl", "folder.parquet"])
def test_an_out_file_that_cannot_be_written(batch: Batch, out: str, tmp_path: Path) -> None:
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(InputError, match=out):
        batch(tmp_path / "u.csv", tmp_path / out)


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_a_failure_half_way_leaves_what_was_there(
    batch: Batch, ring: Interactions, suffix: str, tmp_path: Path
) -> None:
    out, users = tmp_path / f"o{suffix}", as_csv(ring, tmp_path / "u.csv")
    out.write_text("from yesterday")

    def failing(function: Any, blocks: Any) -> Iterator[Any]:
        yield from here(function, blocks)
        raise MemoryError

    with pytest.raises(MemoryError):
        batch(users, out, run=failing)
    assert out.read_text() == "from yesterday"
    assert not list(tmp_path.glob("*.partial"))
    (tmp_path / f"o{suffix}.partial").write_text("of a run that was killed")
    batch(users, out)
    assert len(rows(out)) == 150
    assert not list(tmp_path.glob("*.partial"))


def test_equal_scores_go_by_row() -> None:
    scores = np.array([[1, 3, 1, 1, 2], [0, 0, 0, 0, 0]], np.float32)
    assert _best(scores, 3).tolist() == [[1, 4, 0], [0, 1, 2]]
    assert _best(scores, 9).shape == (2, 5)


def test_a_large_catalog_is_scored_for_fewer_users_at_a_time() -> None:
    sizes = [Choice(10, np.ones(n, bool)).users_at_once for n in (0, 100, 10_000, 50_000_000)]
    assert sizes == [256, 256, 100, 1]


def test_contributions_add_up(model: TrainedModel) -> None:
    users = running.here(Recommend(model, Choice(3, np.ones(N, bool))), [_block([[1, 2], []])])
    (found,) = users
    assert np.allclose(sum(found.contributions.values()), found.scores, atol=1e-5)


def _block(histories: list[list[int]]) -> Any:
    from langgraph_recommender.tools.ranking.batch.events import UserBlock

    return UserBlock(tuple(f"u{one}" for one in range(len(histories))), Histories.of(histories))


def test_without_ray_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(SettingsError, match=r"pip install 'langgraph-recommender\[ray\]'"):
        next(on_ray(len, [[1]], workers=1, threads=1))


def test_ray_gives_the_same_file(batch: Batch, ring: Interactions, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    users = as_csv(ring, tmp_path / "u.csv")
    batch(users, tmp_path / "o.jsonl")
    batch(users, tmp_path / "r.jsonl", run=lambda f, blocks: on_ray(f, blocks, workers=2, threads=1))
    assert (tmp_path / "r.jsonl").read_bytes() == (tmp_path / "o.jsonl").read_bytes()
