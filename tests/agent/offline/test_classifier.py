"""The shipped classifier is the one that the seeds make, is better than its floors, and answers any text."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import numpy as np
import pytest
from langgraph_recommender.agent.offline import features
from langgraph_recommender.agent.offline.classifier import TurnClassifier, load_classifier
from langgraph_recommender.agent.offline.features import cue_names, excerpt, fingerprint, surface
from langgraph_recommender.graphs.understanding import Emotion, Intent
from langgraph_recommender.tools.errors import IndexStateError

train = pytest.importorskip("langgraph_recommender.agent.offline.train", reason="training needs scikit-learn")

FLOORS = {"intent": 0.88, "emotion": 0.90}
"""Development accuracy that the shipped file must keep."""
LANGUAGE_GAP = 0.05


@pytest.fixture(scope="module")
def classifier() -> TurnClassifier:
    return load_classifier()


@pytest.fixture(scope="module")
def shipped() -> dict[str, np.ndarray]:
    with np.load(
        str(files("langgraph_recommender.agent.offline") / "data" / "classifier.npz"), allow_pickle=False
    ) as stored:
        return {name: stored[name] for name in stored.files}


@pytest.fixture(scope="module")
def seeds():
    return train.label(train.SEEDS)


@pytest.fixture(scope="module")
def dev():
    return train.label(train.DEVELOPMENT)


def test_shipped_file_was_made_from_these_seeds_and_cues(shipped):
    assert str(shipped["seeds"]) == fingerprint("utterances.yaml")
    assert str(shipped["cues"]) == fingerprint("cues.yaml")


@pytest.mark.parametrize("task", ["intent", "emotion"])
def test_retraining_reproduces_the_shipped_weights(shipped, seeds, task):
    strength = json.loads(str(shipped["scores"]))[task]["strength"]
    again = train.fit(seeds.features, seeds.labels(task), strength)
    assert list(again.classes_) == list(shipped[f"{task}s"])
    scores = seeds.features @ shipped[f"{task}_weights"].T + shipped[f"{task}_bias"]
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    assert np.abs(again.predict_proba(seeds.features) - shares).max() < 0.02


@pytest.mark.parametrize("task", ["intent", "emotion"])
def test_development_accuracy_is_above_the_floors_in_both_languages(classifier, seeds, dev, task):
    choose = classifier.intent if task == "intent" else classifier.emotion
    predicted = np.asarray([str(next(iter(choose.probabilities(row)))) for row in dev.features])
    reached = train.accuracy_by_language(predicted, dev, task)
    keywords = train.accuracy_by_language(train.keywords(seeds, dev, task), dev, task)
    majority = train.accuracy_by_language(train.majority(seeds, dev, task), dev, task)
    assert reached["all"] >= FLOORS[task]
    assert abs(reached["en"] - reached["zh"]) <= LANGUAGE_GAP
    assert reached["all"] > keywords["all"] > majority["all"]


def test_reported_accuracy_is_what_the_file_reaches(classifier, dev, shipped):
    said = json.loads(str(shipped["scores"]))["intent"]["development"]["all"]
    hits = [
        next(iter(classifier.intents(one.text, row[:512]))) is one.intent
        for one, row in zip(dev.utterances, dev.features, strict=True)
    ]
    assert np.mean(hits) == pytest.approx(said, abs=0.01)


def test_seeds_cover_every_intent_and_emotion_in_both_languages():
    seeds, dev = train.read_utterances("utterances.yaml"), train.read_utterances("utterances_dev.yaml")
    for language in ("en", "zh"):
        own = [one for one in seeds if one.language == language]
        assert len(own) >= 350
        assert {one.intent for one in own} == set(Intent)
        assert {one.emotion for one in own} == set(Emotion)
    assert len(dev) >= 150
    assert len({one.text for one in seeds}) == len(seeds)
    assert not {one.text for one in seeds} & {one.text for one in dev}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("can you recommend a novel about chess", Intent.RECOMMEND),
        ("cheaper please", Intent.REFINE),
        ("what's the price of the second one", Intent.ITEM_QUESTION),
        ("compare the first and the third", Intent.COMPARE),
        ("why did you suggest that one?", Intent.EXPLAIN),
        ("forget what I said about jazz", Intent.PROFILE),
        ("hello", Intent.CHITCHAT),
        ("what is the weather like in Rome", Intent.OUT_OF_SCOPE),
        ("推荐一本关于围棋的小说", Intent.RECOMMEND),
        ("便宜一点的", Intent.REFINE),
        ("第二个多少钱", Intent.ITEM_QUESTION),
        ("为什么推荐这本", Intent.EXPLAIN),
        ("忘掉我说过的爵士乐", Intent.PROFILE),
        ("你好", Intent.CHITCHAT),
        ("罗马天气怎么样", Intent.OUT_OF_SCOPE),
    ],
)
def test_plain_requests_are_understood(classifier, text, intent):
    assert next(iter(classifier.intents(text, classifier.embed(text)))) is intent


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("thank you so much", Emotion.GRATEFUL),
        ("ugh, I said no horror", Emotion.FRUSTRATED),
        ("my grandpa passed away", Emotion.SAD),
        ("太谢谢你了", Emotion.GRATEFUL),
        ("说了多少遍不要恐怖片", Emotion.FRUSTRATED),
        ("a laptop under 500", Emotion.NEUTRAL),
    ],
)
def test_plain_feelings_are_read(classifier, text, emotion):
    assert next(iter(classifier.emotions(text, classifier.embed(text)))) is emotion


@pytest.mark.parametrize(
    "text", ["", " ", "😀", "\x00\x07", "?" * 50, "推荐" * 5_000, "a b " * 250_000], ids=lambda text: text[:4]
)
def test_any_text_gets_probabilities(classifier, text):
    vector = classifier.embed(text)
    for shares in (classifier.intents(text, vector), classifier.emotions(text, vector)):
        assert math.isclose(sum(shares.values()), 1, abs_tol=1e-5)
        assert all(0 <= share <= 1 for share in shares.values())
        assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_long_messages_keep_their_start_and_end():
    text = "start " + "x" * 10_000 + " end"
    assert excerpt(text).startswith("start")
    assert excerpt(text).endswith("end")
    assert len(excerpt(text)) <= 2 * features.HALF + 1


def test_embedding_is_a_unit_vector_and_the_classifier_is_loaded_once(classifier):
    assert classifier.embed("a quiet hotel").shape == (512,)
    assert np.linalg.norm(classifier.embed("a quiet hotel")) == pytest.approx(1, abs=1e-5)
    assert load_classifier() is classifier


def test_threads_share_one_classifier(classifier):
    texts = ["cheaper", "推荐一本书", "why this one", "hello"] * 5
    alone = [classifier.intents(text, classifier.embed(text)) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: load_classifier().intents(text, classifier.embed(text)), texts))
    for one, other in zip(alone, together, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_weights_made_with_other_cues_are_refused(monkeypatch):
    from langgraph_recommender.agent.offline import classifier as module

    monkeypatch.setattr(module, "fingerprint", lambda name: "another")
    load_classifier.cache_clear()
    try:
        with pytest.raises(IndexStateError, match="another cues") as caught:
            load_classifier()
        assert "offline.train" in caught.value.cure
    finally:
        load_classifier.cache_clear()


def test_surface_features_are_named_read_only_and_bounded():
    values = surface("Why did you recommend THE second one?!")
    assert values.shape == (len(cue_names()) + 9,)
    assert not values.flags.writeable
    assert ((values == 0) | np.isclose(values, features.WEIGHT)).all()
    assert values[cue_names().index("why")] > 0
    assert values[cue_names().index("greeting")] == 0
