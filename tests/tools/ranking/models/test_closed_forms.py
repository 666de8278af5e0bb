"""EASE and the factorisations against the plain formulas."""

import numpy as np
import pytest
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.models import ease, factors, ratings
from langgraph_recommender.tools.ranking.models.gram import Gram, indefinite

N = 12


def taken(users: int, seed: int, n: int = N) -> Interactions:
    """Every user takes some of n items, in a random order, each once."""
    random = np.random.default_rng(seed)
    histories = [random.permutation(n)[: random.integers(2, n)] for _ in range(users)]
    rows = np.concatenate(histories).astype(np.int32)
    owners = np.repeat(np.arange(users), [len(one) for one in histories]).astype(np.int32)
    ids = tuple(f"u{user}" for user in range(users))
    items = ItemTable(tuple(f"i{row}" for row in range(n)))
    return Interactions(ids, items, owners, rows, np.ones(len(rows), np.float32), np.full(len(rows), np.nan))


def steck(train: Interactions, ridge: float) -> np.ndarray:
    """B of the paper, from the users-by-items matrix."""
    matrix = np.zeros((len(train.user_ids), N))
    matrix[train.users, train.rows] = 1.0
    inverse = np.linalg.inv(matrix.T @ matrix + ridge * np.eye(N))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


PLAIN = {"window": N, "distance_decay": 1.0, "ridge": 3.0, "ridge_share": 0.0, "decay": 1.0}
EVERY_ITEM = Histories.of([[row] for row in range(N)])


def test_with_a_whole_window_it_is_ease_as_published() -> None:
    train = taken(60, seed=1)
    model = ease.fit(train, ease.EaseConfig(**PLAIN))  # pyright: ignore[reportArgumentType]
    assert model.score(EVERY_ITEM) == pytest.approx(steck(train, 3.0), abs=1e-3)


def test_locally_over_all_items_it_is_the_same() -> None:
    train = taken(60, seed=2)
    model = ease.fit(train, ease.EaseConfig(**PLAIN, gib=0.0, leading=N))  # pyright: ignore[reportArgumentType]
    assert model.score(EVERY_ITEM) == pytest.approx(steck(train, 3.0), abs=1e-3)


def test_pairs_that_stand_apart_count_less() -> None:
    train = taken(1, seed=3)
    near, far = int(train.rows[1]), int(train.rows[-1])
    gram = Gram.of(train, N, 0.5).dense()
    assert gram[train.rows[0], near] == pytest.approx(1.0)
    assert gram[train.rows[0], far] == pytest.approx(0.5 ** (len(train) - 2))
    assert np.array_equal(gram, gram.T)


def test_repeated_and_disliked_events_do_not_unbalance_it() -> None:
    """The same item a hundred times, between dislikes: still solvable, still finite."""
    once = taken(20, seed=4)
    rows, users = np.tile(once.rows, 100), np.repeat(once.users, 100)
    weights = np.where(np.arange(len(rows)) % 7, 1.0, -1.0).astype(np.float32)
    train = Interactions(once.user_ids, once.items, users, rows, weights, np.full(len(rows), np.nan))
    assert np.isfinite(ease.fit(train, ease.EaseConfig()).score(EVERY_ITEM)).all()


@pytest.mark.parametrize(("window", "decay"), [(1, 1.0), (3, 1.0), (40, 0.9), (5, 0.99)])
def test_a_ridge_too_small_for_the_window_is_raised(window: int, decay: float) -> None:
    train = taken(30, seed=4)
    gram = Gram.of(train, window, decay)
    lacking = indefinite(N, window, decay)
    matrix = gram.dense() + np.diag(gram.diagonal * (1 + lacking))
    assert np.linalg.eigvalsh(matrix).min() > -1e-3
    config = ease.EaseConfig(window=window, distance_decay=decay, ridge=0.1, ridge_share=0.0)
    assert np.isfinite(ease.fit(train, config).score(EVERY_ITEM)).all()


def test_a_ridge_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="ridge"):
        ease.fit(taken(5, seed=4), ease.EaseConfig(ridge=0.0))


def test_a_whole_window_lacks_nothing() -> None:
    assert indefinite(50, 50, 1.0) == pytest.approx(0.0, abs=1e-9)


def test_a_folded_history_minimises_its_loss() -> None:
    config = factors.FactorsConfig(dimensions=3, decay=0.5)
    model = factors.fit(taken(60, seed=5), config, seed=0)
    vectors, unseen = model.vectors.astype(float), config.unseen * len(taken(60, seed=5)) / (60 * N)
    row = model.fold(Histories.of([[2, 7]]))[0]

    def loss(u: np.ndarray) -> float:
        told = 0.5 * (1 - u @ vectors[2]) ** 2 + (1 - u @ vectors[7]) ** 2
        return told + unseen * ((vectors @ u) ** 2).sum() + config.ridge * (1.5 + unseen * N) * (u @ u)

    steps = 1e-2 * np.random.default_rng(0).standard_normal((50, 3))
    assert all(loss(row) <= loss(row + step) for step in steps)


def test_factors_find_two_kinds_of_people() -> None:
    """Half of them take only even items, half only odd ones."""
    train = taken(80, seed=6)
    train = train.where(train.rows % 2 == train.users % 2)
    scores = factors.fit(train, factors.FactorsConfig(dimensions=4), seed=1).score(Histories.of([[0, 2], [1, 3]]))
    assert scores[0, 4::2].min() > scores[0, 5::2].max()
    assert scores[1, 5::2].min() > scores[1, 4::2].max()


def test_factors_go_on_from_an_earlier_model() -> None:
    train, config = taken(80, seed=7), factors.FactorsConfig(dimensions=2, rounds=4)
    earlier = factors.fit(train, config, seed=1)
    went_on, seen = factors.fit(train, config, seed=9, start=earlier), []
    factors.fit(train, config, seed=9, start=earlier, progress=lambda done, rounds: seen.append((done, rounds)))
    asked = Histories.of([[0, 2]])
    longer = factors.fit(train, factors.FactorsConfig(dimensions=2, rounds=6), seed=1)
    assert seen == [(1, 2), (2, 2)]
    assert went_on.score(asked) == pytest.approx(longer.score(asked), abs=1e-2)


def rated(users: int, seed: int) -> Interactions:
    """Item i is worth a bias; people with an even number love even items and hate odd ones, the others the reverse."""
    train = taken(users, seed)
    agrees = np.where(train.rows % 2 == train.users % 2, 0.6, -0.6)
    return Interactions(
        train.user_ids, train.items, train.users, train.rows, (agrees + 0.3 * (train.rows < 4)).astype(np.float32),
        train.times,
    )  # fmt: skip


def test_ratings_know_what_is_good_and_for_whom() -> None:
    model = ratings.fit(rated(300, seed=8), ratings.RatingsConfig(dimensions=2, ridge=0.01, least=0.5), seed=0)
    stranger, even, hater = model.score(_weighed([[], [4, 6], [4, 6]], [1.0, 1.0, -1.0, -1.0]))
    assert stranger[:4].min() > stranger[4:].max()
    assert even[8::2].min() > even[9::2].max() + 0.3
    assert hater[9::2].min() > hater[8::2].max() + 0.3


def _weighed(rows: list[list[int]], weights: list[float]) -> Histories:
    plain = Histories.of(rows)
    return Histories(plain.starts, plain.rows, np.array(weights, np.float32), plain.ages)
