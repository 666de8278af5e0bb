"""Training end to end on walks whose next step is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.errors import SettingsError, TrainingError
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions
from langgraph_recommender.tools.ranking.data.order import in_order
from langgraph_recommender.tools.ranking.learning.fitting import (
    MIXTURE,
    Places,
    Training,
    train_model,
)
from langgraph_recommender.tools.ranking.learning.preparing import FLOOR, TrainSettings
from langgraph_recommender.tools.ranking.learning.recipes import PARTS
from langgraph_recommender.tools.ranking.learning.tuning import space

SETTINGS = TrainSettings(parts=("popularity", "cooccurrence"))


def figure(training: Training, what: str, split: str) -> float:
    rows = [
        one for one in training.model.card.measured if (one.what, one.split, one.metric) == (what, split, "NDCG@10")
    ]
    (row,) = rows
    assert row.low <= row.value <= row.high
    return row.value


def test_the_mixture_is_far_above_its_floor(training: Training) -> None:
    for split in ("validation", "test"):
        assert figure(training, MIXTURE, split) > 2 * figure(training, FLOOR, split)
    assert training.learned.honest > 2 * figure(training, FLOOR, "validation")


def test_contributions_are_named_and_sum_to_the_score(training: Training) -> None:
    histories, rows = Histories.of([[1, 2, 3], [], [5]]), np.array([4, 9, 4])
    contributions = training.model.contributions(histories, rows)
    assert set(contributions) == set(training.model.card.parts)
    score = training.model.score(histories, rows)
    assert np.array_equal(np.sum(list(contributions.values()), axis=0, dtype=np.float32), score)
    assert np.allclose(training.model.score(histories)[:, rows], score, atol=1e-6)


def test_probabilities_are_a_share_of_what_is_new(training: Training) -> None:
    found = training.model.probabilities(Histories.of([[1, 2], list(range(40)), []]))
    assert found.sum(axis=1).tolist() == pytest.approx([1.0, 0.0, 1.0], abs=1e-5)
    assert found[0, [1, 2]].tolist() == [0.0, 0.0]
    assert found[0].argmax() == 3


def test_somebody_without_a_history_gets_what_is_popular(training: Training, interactions: Interactions) -> None:
    counts = np.bincount(interactions.rows, minlength=40)
    first = training.model.score(Histories.of([[]]))[0].argmax()
    assert counts[first] >= np.sort(counts)[-3]


def test_the_same_seed_gives_the_same_card_and_voices(training: Training, interactions: Interactions) -> None:
    again = train_model(interactions, replace(SETTINGS, test=True, catalog="walks", licence="CC0"))
    assert again.model.card == training.model.card
    assert again.model.voices == training.model.voices


def test_nothing_after_the_test_choice_changes_the_model(interactions: Interactions) -> None:
    """The last event of every user is replaced: what was trained without a look at the test stays the same."""
    last = np.flatnonzero(np.diff(interactions.users, append=-1))
    rows = interactions.rows.copy()
    rows[last] = (rows[last] + 20) % 40
    changed = train_model(replace(interactions, rows=rows), SETTINGS).model
    before = train_model(interactions, SETTINGS).model
    histories = Histories.of([[1, 2, 3], [7]])
    assert np.array_equal(changed.score(histories), before.score(histories))
    assert changed.card.split_hash != before.card.split_hash


def test_a_split_by_time(interactions: Interactions) -> None:
    trained = train_model(interactions, replace(SETTINGS, split="time")).model
    assert trained.card.split == "by time"
    assert trained.card.parts


def test_disliked_items_are_no_choices(interactions: Interactions) -> None:
    weights = interactions.weights.copy()
    weights[np.flatnonzero(np.diff(interactions.users, append=-1))[:100] - 1] = -1.0
    trained = train_model(replace(interactions, weights=weights), SETTINGS)
    assert trained.model.card.measured[0].users < 60


def test_events_sorted_by_item_are_refused_until_they_are_shuffled(interactions: Interactions) -> None:
    ids = np.array([int(one[1:]) for one in interactions.items.item_ids])
    by_item = interactions.where(np.lexsort((ids[interactions.rows], interactions.users)))
    by_item = replace(by_item, times=np.full(len(by_item), np.nan))
    with pytest.raises(TrainingError, match="sorted by item"):
        train_model(by_item, SETTINGS)
    mixed, ordered = in_order(by_item, 0)
    assert not ordered
    assert "random order" in train_model(mixed, replace(SETTINGS, ordered=False)).model.card.split
    with pytest.raises(SettingsError, match="have no order"):
        train_model(mixed, TrainSettings(parts=("sequential",), ordered=False))


def test_too_few_users(interactions: Interactions) -> None:
    few = interactions.where(interactions.users < 5)
    with pytest.raises(TrainingError, match=r"Only \d choices are held out"):
        train_model(few, SETTINGS)


def test_an_unknown_part(interactions: Interactions) -> None:
    with pytest.raises(SettingsError, match="Did you mean 'popularity'"):
        train_model(interactions, TrainSettings(parts=("popularty",)))


def test_an_unknown_setting_of_a_part(interactions: Interactions) -> None:
    with pytest.raises(SettingsError, match="Did you mean 'half_life'"):
        train_model(interactions, replace(SETTINGS, configs={"popularity": {"halflife": 1.0}}))
    with pytest.raises(SettingsError, match="half_life of the part popularity cannot be -3"):
        train_model(interactions, replace(SETTINGS, configs={"popularity": {"half_life": -3.0}}))


def test_what_an_interrupted_training_finished_is_not_fitted_again(interactions: Interactions, tmp_path: Path) -> None:
    def stop(stage: str, _done: int, _total: int) -> None:
        if stage == "rivals":
            raise KeyboardInterrupt

    places = Places(tmp_path / "work")
    with pytest.raises(KeyboardInterrupt):
        train_model(interactions, SETTINGS, places, progress=stop)
    resumed = train_model(interactions, SETTINGS, places)
    assert resumed.fits == {}
    assert not (tmp_path / "work").exists()
    assert resumed.model.card == train_model(interactions, SETTINGS).model.card


def test_parts_of_another_seed_are_not_taken_up(interactions: Interactions, tmp_path: Path) -> None:
    def stop(stage: str, _done: int, _total: int) -> None:
        if stage == "rivals":
            raise KeyboardInterrupt

    places = Places(tmp_path / "work")
    with pytest.raises(KeyboardInterrupt):
        train_model(interactions, SETTINGS, places, progress=stop)
    assert set(train_model(interactions, replace(SETTINGS, seed=1), places).fits) == {"popularity", "cooccurrence"}


def test_the_network_goes_on_from_an_earlier_model(interactions: Interactions) -> None:
    """One more epoch of a model that was trained for some is better than the first one of a fresh model."""
    some, one = ({"sequential": {"dim": 16, "layers": 1, "batch": 64, "epochs": epochs}} for epochs in (8, 1))
    settings = TrainSettings(parts=("sequential",), configs=some)
    earlier = train_model(interactions, settings).model
    fresh = train_model(interactions, replace(settings, configs=one))
    onwards = train_model(interactions, replace(settings, configs=one), start=earlier)
    fit, floor = onwards.fits["sequential"], onwards.fits["popularity"]
    assert (fit.epochs, fit.events) == (pytest.approx(1.0), 6 * len(interactions.user_ids))
    assert fit.rows_per_second == pytest.approx(fit.events / fit.seconds)
    assert (floor.epochs, floor.rows_per_second) == (0.0, None)
    assert figure(onwards, "sequential", "validation") > figure(fresh, "sequential", "validation")


def test_every_setting_that_is_tuned_exists() -> None:
    for part, settings in space().items():
        config = PARTS[part].config_of({})
        for name, where in settings.items():
            usual = getattr(config, name)
            assert where["values"] if "values" in where else where["from"] <= usual <= where["to"], (part, name)
