"""The losses of the transformer against plain formulas."""

import math

import numpy as np
import pytest
import torch
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.models.sequential.beginning import smoothed
from langgraph_recommender.tools.ranking.models.sequential.blocks import Dropout
from langgraph_recommender.tools.ranking.models.sequential.losses import (
    Negatives,
    Proposal,
    gbce_loss,
    log_sum_exp,
    sampled_softmax_loss,
    softmax_loss,
)
from langgraph_recommender.tools.ranking.models.sequential.sequences import Events


@pytest.fixture
def random() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("states", [1, 5, 300])
def test_log_sum_exp_and_its_way_back_are_those_of_torch(states: int, random: torch.Generator) -> None:
    given = [torch.randn(states, 4, generator=random) * 3, torch.randn(7, 4, generator=random)]
    bias, own = torch.randn(7, generator=random), torch.randint(-1, 7, (states,), generator=random)
    scale = torch.randn(states, generator=random)
    ours, theirs = ([one.clone().requires_grad_() for one in given] for _ in range(2))
    found = log_sum_exp(*ours, bias, own)
    logits = theirs[0] @ theirs[1].T + bias
    logits = logits.masked_fill(torch.arange(7) == own[:, None], -math.inf)
    expected = torch.logsumexp(logits, dim=1)
    assert torch.allclose(found, expected, atol=1e-5)
    (found * scale).sum().backward()
    (expected * scale).sum().backward()
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one.grad, other.grad, atol=1e-4)


def test_softmax_loss_is_cross_entropy(random: torch.Generator) -> None:
    states, table = torch.randn(5, 4, generator=random), torch.randn(9, 4, generator=random)
    targets = torch.tensor([0, 8, 3, 3, 1])
    expected = torch.nn.functional.cross_entropy(states @ table.T, targets, reduction="none")
    assert torch.allclose(softmax_loss(states, table, targets), expected, atol=1e-5)


def test_many_negatives_come_to_the_softmax_over_all(random: torch.Generator) -> None:
    states, table = torch.randn(6, 4, generator=random), torch.randn(20, 4, generator=random)
    targets = torch.tensor([0, 8, 3, 3, 1, 19])
    proposal = Proposal.of(np.repeat(np.arange(20), np.arange(1, 21)), 20)
    drawn = proposal.draw(200_000, np.random.default_rng(0))
    weights = torch.from_numpy((drawn.counts / drawn.expected).astype(np.float32))
    own = torch.from_numpy(drawn.column_of(targets.numpy()))
    positive = (states * table[targets]).sum(dim=1)
    found = sampled_softmax_loss(states, positive, table[drawn.rows], weights, own)
    assert torch.allclose(found, softmax_loss(states, table, targets), atol=0.05)


def test_negatives_are_drawn_half_by_popularity() -> None:
    proposal = Proposal.of(np.array([0, 0, 0, 1]), 4)
    assert proposal.chances.tolist() == pytest.approx([0.5, 0.25, 0.125, 0.125])
    drawn = proposal.draw(8000, np.random.default_rng(0))
    assert drawn.counts.sum() == 8000
    assert drawn.counts / 8000 == pytest.approx(proposal.chances, abs=0.02)
    assert drawn.expected == pytest.approx(8000 * proposal.chances)


def test_a_target_finds_its_own_column() -> None:
    drawn = Negatives(np.array([2, 5, 9]), np.ones(3), np.ones(3))
    assert drawn.column_of(np.array([5, 0, 9, 99, 2])).tolist() == [1, -1, 2, -1, 0]


def test_gbce_by_hand() -> None:
    states, columns = torch.tensor([[1.0], [1.0]]), torch.tensor([[0.0], [1.0]])
    own = torch.tensor([-1, 1])
    losses = gbce_loss(states, torch.tensor([2.0, 1.0]), columns, torch.tensor([1.0, 1.0]), own, 0.1, 0.75)
    shift, beta = math.log(2), 0.1 * (0.75 * (1 - 10) + 10)

    def softplus(value: float) -> float:
        return math.log1p(math.exp(value))

    first = beta * softplus(shift - 2) + softplus(-shift) + softplus(1 - shift)
    second = beta * softplus(shift - 1) + softplus(-shift)  # the other negative is the target itself
    assert losses.tolist() == pytest.approx([first, second], rel=1e-5)


def test_dropout_keeps_the_mean_and_drops_the_share() -> None:
    torch.manual_seed(0)
    values = Dropout(0.25).train()(torch.ones(101, 99))
    assert float((values == 0).float().mean()) == pytest.approx(0.25, abs=0.02)
    assert float(values.mean()) == pytest.approx(1.0, abs=0.03)
    assert torch.equal(Dropout(0.25).eval()(values), values)


def test_items_that_stand_together_begin_together(random: torch.Generator) -> None:
    events = Events.of(Histories.of([[0, 1, 2], [2, 1, 0], [3, 4], [4, 3]]))
    table = smoothed(torch.randn(6, 32, generator=random), events)
    alike = table @ table.T
    assert torch.allclose(alike.diag(), torch.ones(6), atol=1e-5)
    assert alike[0, 1] > 0.5
    assert alike[3, 4] > 0.5
    assert alike[:3, 3:].max() < 0.5
