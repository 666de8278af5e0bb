"""The transformer on people who walk round a ring of items: what comes next is the next one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from langgraph_recommender.tools.errors import ModelFileError, SettingsError, TrainingError
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.learning.distributed import Group
from langgraph_recommender.tools.ranking.learning.training import Running
from langgraph_recommender.tools.ranking.models.protocol import ModelState, Scorer
from langgraph_recommender.tools.ranking.models.sequential import Sequential, SequentialConfig, fit
from langgraph_recommender.tools.ranking.models.sequential.blocks import Layout
from langgraph_recommender.tools.ranking.models.sequential.fitting import device_of
from langgraph_recommender.tools.ranking.models.sequential.sequences import Events, last_windows, training_windows
from langgraph_recommender.tools.ranking.models.testing import ScorerConformance

ITEMS, COLD = 30, 29
SMALL = SequentialConfig(dim=16, layers=1, length=6, dropout=0.1, rate=0.02, batch=60, epochs=20, patience=20)
KINDS = {
    "softmax": SMALL,
    "sampled": replace(SMALL, loss="sampled", negatives=20),
    "gbce": replace(SMALL, loss="gbce", negatives=20, epochs=40, patience=40),
    "ligr": replace(SMALL, block="ligr"),
}


def table(vectors: bool = False) -> ItemTable:
    """A ring of 29 items, and one that nobody has had; its text is that of item 5."""
    made = np.random.default_rng(3).normal(size=(ITEMS, 8)).astype(np.float32)
    made[COLD] = made[5]
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return ItemTable(tuple(f"item{row}" for row in range(ITEMS)), made if vectors else None)


def walks(items: ItemTable, people: int = 20, length: int = 9) -> Interactions:
    """Person p begins at item 3p and goes on one by one."""
    users = np.repeat(np.arange(people), length).astype(np.int32)
    rows = ((3 * users + np.tile(np.arange(length), people)) % COLD).astype(np.int32)
    ones = np.ones(len(users), np.float32)
    names = tuple(f"person{number}" for number in range(people))
    return Interactions(names, items, users, rows, ones, np.arange(len(users), dtype=float))


@pytest.fixture(scope="module", params=KINDS)
def fitted(request: pytest.FixtureRequest) -> Sequential:
    return fit(walks(table()), KINDS[request.param], seed=1)


@pytest.fixture(scope="module")
def plain() -> Sequential:
    return fit(walks(table()), SMALL, seed=1)


@pytest.fixture(scope="module")
def reader() -> Sequential:
    return fit(walks(table(vectors=True)), replace(SMALL, id_dropout=0.3), seed=1)


class TestEachKind(ScorerConformance):
    @pytest.fixture
    def scorer(self, fitted: Sequential) -> Scorer:
        return fitted

    @pytest.fixture
    def items(self) -> ItemTable:
        return table()

    @pytest.fixture
    def history(self) -> Sequence[int]:
        return [4, 5, 6]


class TestWithText(ScorerConformance):
    @pytest.fixture
    def scorer(self, reader: Sequential) -> Scorer:
        return reader

    @pytest.fixture
    def items(self) -> ItemTable:
        return table(vectors=True)

    @pytest.fixture
    def history(self) -> Sequence[int]:
        return [4, 5, 6]


def test_what_comes_next_is_learned_from_the_order(fitted: Sequential) -> None:
    walks_on, back = [[row, row + 1, row + 2] for row in range(20)], [[row + 2, row + 1, row] for row in range(20)]
    scores = fitted.score(Histories.of(walks_on))
    assert not np.allclose(scores, fitted.score(Histories.of(back)), atol=0.1)
    np.put_along_axis(scores, np.array(walks_on), -np.inf, axis=1)
    assert (scores.argmax(axis=1) == np.arange(3, 23)).mean() > 0.6


def test_an_item_without_events_stands_at_the_mean(plain: Sequential) -> None:
    scores = plain.score(Histories.of([[4, 5, 6]]))[0]
    assert scores[COLD] == 0.0
    assert abs(scores[:COLD].mean()) < 1e-4


def test_an_item_without_events_is_told_by_its_text(reader: Sequential) -> None:
    scores = reader.score(Histories.of([[2, 3, 4]]))[0]
    assert scores[COLD] > np.quantile(scores, 0.7)


def test_a_fresh_text_counts_at_once(reader: Sequential) -> None:
    vectors = table(vectors=True).vectors
    assert vectors is not None
    vectors[COLD] = vectors[20]
    moved = Sequential.restore(reader.state(), ItemTable(reader.items.item_ids, vectors))
    asked = Histories.of([[17, 18, 19]])
    assert moved.score(asked)[0, COLD] > reader.score(asked)[0, COLD] + 0.5


def test_a_dislike_lowers_what_is_like_it_and_is_not_read(plain: Sequential) -> None:
    before = plain.score(Histories.of([[4, 5, 6]]))[0]
    asked = Histories.of([[4, 5, 6, 20]])
    disliked = replace(asked, weights=np.array([1, 1, 1, -1], np.float32))
    change = plain.score(disliked)[0] - before
    assert change.argmin() == 20
    assert (change <= 1e-6).all()
    not_now = replace(asked, weights=np.array([1, 1, 1, -0.2], np.float32))
    assert plain.score(not_now)[0] - before == pytest.approx(change * 0.2, abs=1e-5)


def test_only_the_last_events_are_read(plain: Sequential) -> None:
    assert np.allclose(*plain.score(Histories.of([[9, 8, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]])), atol=1e-5)


def test_the_same_seed_gives_the_same_bits() -> None:
    one, again, other = (fit(walks(table()), replace(SMALL, epochs=2), seed=seed).state().tensors for seed in (1, 1, 2))
    assert all(np.array_equal(values, again[name]) for name, values in one.items())
    assert not np.array_equal(one["items"], other["items"])


def test_going_on_keeps_what_was_known_and_learns_the_new() -> None:
    first = walks(ItemTable(table().item_ids[:COLD]))
    earlier = fit(first, SMALL, seed=1)
    names = ("new", *earlier.items.item_ids)
    rows = np.where(first.rows == 10, 0, first.rows + 1).astype(np.int32)  # "new" where item 10 was
    later = replace(first, items=ItemTable(names), rows=rows)
    barely = fit(later, replace(SMALL, epochs=1, rate=1e-4), seed=1, earlier=earlier)
    kept = np.delete(np.arange(COLD), 10)
    assert np.allclose(barely.ids[kept + 1], earlier.ids[kept], atol=0.01)
    alike = torch.nn.functional.cosine_similarity(barely.ids[:1], barely.ids)
    assert set(alike.argsort()[-5:].tolist()) <= {0, 9, 10, 12, 13, 8, 14}
    learned = fit(later, replace(SMALL, epochs=12), seed=1, earlier=earlier)
    assert 0 in np.argsort(-learned.score(Histories.of([[8, 9, 10]]))[0])[:3]


def test_going_on_needs_the_same_shape(plain: Sequential) -> None:
    with pytest.raises(TrainingError, match="another shape"):
        fit(walks(table()), replace(SMALL, dim=8), earlier=plain)


@pytest.mark.parametrize("change", [{"heads": 3}, {"dropout": 1.5}, {"epochs": 0}, {"loss": "hinge"}, {"rate": 0.0}])
def test_values_that_make_no_model(change: dict) -> None:
    with pytest.raises(SettingsError):
        replace(SMALL, **change)


def test_histories_of_one_event_teach_nothing() -> None:
    with pytest.raises(TrainingError, match="two events"):
        fit(walks(table(), length=1), SMALL)


def test_histories_of_two_events_leave_nothing_to_judge_by() -> None:
    with pytest.raises(TrainingError, match="held out to judge"):
        fit(walks(table(), length=2), SMALL)


def test_one_item_over_and_over() -> None:
    data = walks(table())
    model = fit(replace(data, rows=np.full_like(data.rows, 4)), replace(SMALL, epochs=2))
    assert np.isfinite(model.score(Histories.of([[4, 4]]))).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [({"version": 99}, "version 99"), ({"dim": 32}, "does not fit"), ({"colour": "red"}, "does not fit")],
)
def test_a_state_of_another_make(plain: Sequential, change: dict, message: str) -> None:
    state = plain.state()
    with pytest.raises(ModelFileError, match=message):
        Sequential.restore(ModelState({**state.config, **change}, state.tensors), table())


def test_a_state_of_another_catalog(plain: Sequential, reader: Sequential) -> None:
    with pytest.raises(ModelFileError, match="30 items, not of the 3"):
        Sequential.restore(plain.state(), ItemTable(("a", "b", "c")))
    with pytest.raises(ModelFileError, match="width 8"):
        Sequential.restore(reader.state(), table())


def test_every_event_but_the_first_is_a_target_once() -> None:
    events = Events.of(Histories.of([[1], [], list(range(20)), [1, 2, 3]]))
    windows = training_windows(events, 6, np.random.default_rng(0)).sorted()
    assert sorted(events.rows[windows.places() + 1].tolist()) == sorted([*range(1, 20), 2, 3])
    assert windows.lengths.max() <= 6


@pytest.mark.parametrize("kind", ["sasrec", "ligr"])
def test_sequences_side_by_side_do_not_see_each_other_nor_what_comes_later(kind: str, plain: Sequential) -> None:
    network = fit(walks(table()), replace(KINDS["softmax"], block=kind, epochs=1)).network
    events = Events.of(Histories.of([[1, 2], [3], [4, 5, 6, 7, 8, 9], [4, 5, 9, 9, 9, 9]]))
    windows = last_windows(events, 6).sorted()
    given = torch.randn(ITEMS, 16, generator=torch.Generator().manual_seed(0))[torch.from_numpy(events.rows)]
    given = given[torch.from_numpy(windows.places())]
    ends = windows.ends()
    with torch.inference_mode():
        together = network.states(given, torch.ones(len(given)), Layout.of(windows, torch.device("cpu")))
        for number, (end, length) in enumerate(zip(ends, windows.lengths, strict=True)):
            own = slice(end + 1 - length, end + 1)
            layout = Layout.of(windows.part(slice(number, number + 1)), torch.device("cpu"))
            alone = network.states(given[own], torch.ones(length), layout)
            assert torch.allclose(together[own], alone, atol=1e-5)
    assert torch.allclose(together[ends[2] - 5 : ends[2] - 3], together[ends[3] - 5 : ends[3] - 3], atol=1e-5)


def test_processes_that_train_together_take_the_gpus_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert device_of(Running(device="cpu")).type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    places = [str(device_of(Running(group=Group(rank, 4)))) for rank in range(4)]
    assert places == ["cuda:0", "cuda:1", "cuda:0", "cuda:1"]
