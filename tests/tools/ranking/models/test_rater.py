"""The rater learns a planted rule from texts, with an encoder and with a causal model, both made here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.errors import SettingsError, TrainingError
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.models.rater import Rater, RaterConfig, fit
from langgraph_recommender.tools.ranking.models.rater.network import transformers as needed
from langgraph_recommender.tools.ranking.models.testing import ScorerConformance

WORDS = ("alpha", "beta", "gamma", "delta", "omega", "sigma")
KINDS = ("space", "love")
ITEMS = 24


def texts() -> tuple[str, ...]:
    """Item i is of kind i % 2, and its name says nothing."""
    return tuple(f"{WORDS[i % 6]} {WORDS[(i // 6) % 6]} {KINDS[i % 2]}" for i in range(ITEMS))


@pytest.fixture(scope="module")
def log() -> Interactions:
    """Everybody likes one kind, and says so of six items; two of the other kind are disliked."""
    random, events = np.random.default_rng(5), []
    for user in range(80):
        own = random.permutation(np.arange(user % 2, ITEMS, 2))[:6]
        other = random.permutation(np.arange(1 - user % 2, ITEMS, 2))[:2]
        events += [(user, row, weight) for row, weight in zip([*own, *other], [1.0] * 6 + [-1.0] * 2, strict=True)]
    users, rows, weights = (np.array(column) for column in zip(*events, strict=True))
    items = ItemTable(tuple(f"i{row}" for row in range(ITEMS)), None, texts())
    return Interactions(
        tuple(f"u{user}" for user in range(80)),
        items,
        users.astype(np.int32),
        rows.astype(np.int32),
        weights.astype(np.float32),
        np.full(len(users), np.nan),
    )


def language_model(folder: Path, kind: str) -> Path:
    """A tiny model with random weights, and a tokenizer of the words that there are."""
    module = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["[UNK]", "[PAD]", "[CLS]", "[SEP]"]
    words.train_from_iterator([*texts(), "liked: disliked: next: ;"], trainers.WordLevelTrainer(special_tokens=special))
    own = {"cls_token": "[CLS]", "sep_token": "[SEP]"} if kind == "encoder" else {}
    module.PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]", **own).save_pretrained(
        folder
    )
    torch.manual_seed(7)
    size = words.get_vocab_size()
    if kind == "encoder":
        config = module.BertConfig(
            vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
        )
        module.BertModel(config).save_pretrained(folder)
    else:
        config = module.GPT2Config(vocab_size=size, n_embd=32, n_layer=2, n_head=2, n_positions=128)
        module.GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


CONFIG = RaterConfig(epochs=8, rate=3e-3, batch=48, negatives=2, history=6, patience=3)


@pytest.fixture(scope="module", params=["encoder", "causal"])
def rater(request: pytest.FixtureRequest, log: Interactions, tmp_path_factory: pytest.TempPathFactory) -> Rater:
    folder = language_model(tmp_path_factory.mktemp(request.param), request.param)
    return fit(log, replace(CONFIG, base=str(folder)), seed=1)


class TestRater(ScorerConformance):
    @pytest.fixture
    def scorer(self, rater: Rater) -> Rater:
        return rater

    @pytest.fixture
    def items(self, log: Interactions) -> ItemTable:
        return log.items

    @pytest.fixture
    def history(self) -> Sequence[int]:
        return [1, 3, 5]

    def test_the_planted_rule_is_learned(self, rater: Rater) -> None:
        told = [[0, 4, 8], [1, 5, 9], [2, 6, 10], [3, 7, 11]]
        scores = rater.score(Histories.of(told))
        right = [
            np.mean(one[kind::2][6:][:, None] > one[1 - kind :: 2][6:][None, :])
            for kind, one in zip((0, 1, 0, 1), scores, strict=True)
        ]
        assert np.mean(right) > 0.8

    def test_a_new_item_is_rated_by_its_text(self, rater: Rater, items: ItemTable) -> None:
        more = rater.over(ItemTable((*items.item_ids, "new"), None, (*texts(), "omega omega love")))
        scores = more.score(Histories.of([[1, 3, 5, 7], [0, 2, 4, 6]]), np.array([24]))
        assert scores[0, 0] > scores[1, 0]

    def test_the_same_seed_is_the_same_model(self, rater: Rater, log: Interactions) -> None:
        again = fit(log, replace(rater.config, epochs=1), seed=3)
        same = fit(log, replace(rater.config, epochs=1), seed=3)
        asked = Histories.of([[0, 2]])
        assert np.allclose(again.score(asked), same.score(asked), atol=1e-5)


def test_without_transformers_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(SettingsError, match=r"langgraph-recommender\[rater\]"):
        needed()


def test_no_language_model_is_an_error(log: Interactions, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Set base"):
        fit(log, RaterConfig())
    pytest.importorskip("transformers")
    with pytest.raises(SettingsError, match="no language model that can be loaded"):
        fit(log, RaterConfig(base=str(tmp_path)))


def test_items_without_texts_and_too_few_events_are_errors(log: Interactions, tmp_path: Path) -> None:
    base = str(language_model(tmp_path, "encoder"))
    with pytest.raises(TrainingError, match="--catalog"):
        fit(replace(log, items=ItemTable(log.items.item_ids)), RaterConfig(base=base))
    with pytest.raises(TrainingError, match="too few events"):
        fit(log.where(np.arange(len(log)) < 1), RaterConfig(base=base))
    with pytest.raises(TrainingError, match=r"no number in batch \d+ of epoch 1"):
        fit(log, RaterConfig(base=base, rate=float("inf")))
