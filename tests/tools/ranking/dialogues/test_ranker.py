"""The dialogue ranker: what it learns, that it adds up, and that it comes back from disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.errors import ModelFileError, TrainingError
from langgraph_recommender.tools.ranking.data.model import ItemTable
from langgraph_recommender.tools.ranking.dialogues.features import FEATURES, VOICES, features_of
from langgraph_recommender.tools.ranking.dialogues.fitting import FittedDialogues, fit
from langgraph_recommender.tools.ranking.dialogues.kept import MANIFEST, TENSORS, load_dialogues, save_dialogues
from langgraph_recommender.tools.ranking.dialogues.knowledge import Triple
from langgraph_recommender.tools.ranking.dialogues.model import Dialogue, Talk, Turn
from langgraph_recommender.tools.ranking.dialogues.ranker import DialogueConfig, DialogueRanker

TITLES = ("Dune", "Hyperion", "Foundation", "Emma", "Persuasion", "The Hobbit", "Mort", "Neuromancer", "Circe", "Her")


def talk(*texts: str) -> Talk:
    return [Turn(role="assistant" if place % 2 else "user", text=text) for place, text in enumerate(texts)]


def best(ranker: DialogueRanker, said: Talk) -> str:
    total = np.sum(list(ranker.score(said).values()), axis=0)
    return ranker.sources.nodes.titles[int(total.argmax())]


@pytest.mark.parametrize(
    ("said", "title"), [("Dune was great", "Hyperion"), ("Emma!", "Mort"), ("the hobbit", "Circe")]
)
def test_what_followed_a_name_follows_it_again(fitted: FittedDialogues, said: str, title: str) -> None:
    assert best(fitted.ranker, talk(said)) == title
    assert best(fitted.ranker, talk(said, "Hm.", "well?")) == title


def test_contributions_add_up_for_any_rows(fitted: FittedDialogues) -> None:
    ranker, said = fitted.ranker, talk("I loved Dune", "Hyperion?", "no, like Emma")
    whole = ranker.score(said)
    assert list(whole) == list(VOICES)
    total = np.sum(list(whole.values()), axis=0)
    weighted = ranker.weights @ features_of(said, ranker.sources).astype(np.float64)
    assert total == pytest.approx(weighted - weighted.mean(), abs=1e-5)
    rows = np.array([7, 0, 7])
    for name, values in ranker.score(said, rows).items():
        assert np.array_equal(values, whole[name][rows])


def test_nothing_said_leaves_what_is_known_of_items_alone(fitted: FittedDialogues) -> None:
    found = fitted.ranker.score([])
    assert not any(found[name].any() for name in ("mention", "together", "knowledge", "turns", "wording"))
    assert np.ptp(found["standing"]) > 0


def test_a_turn_is_judged_as_if_its_dialogue_had_never_been_heard(items: ItemTable) -> None:
    """A habit of one dialogue alone cannot be learned from that dialogue."""
    turns = (Turn(role="user", text="Emma"), Turn(role="assistant", recommended=("b9",)))
    others = [
        Dialogue(
            id=f"o{place}", turns=(Turn(role="user", text="Dune"), Turn(role="assistant", recommended=(f"b{place}",)))
        )
        for place in (2, 3, 8)
    ]
    found = fit([Dialogue(id="x", turns=turns), *others], items, titles=TITLES).lists.values
    together = found[FEATURES.index("together")]
    assert together[0, 0] == 0
    assert found[FEATURES.index("often_recommended"), 0, 0] == 0


def test_knowledge_speaks_without_any_dialogue_about_it(items: ItemTable) -> None:
    """Only the relation between authors and books is learned, from other authors."""
    facts = [Triple(f"b{i}", "author", f"Author {i}") for i in range(1, 11)]
    heard = [
        Dialogue(
            id=f"{i}",
            turns=(Turn(role="user", text=f"a book by Author {i}?"), Turn(role="assistant", recommended=(f"b{i}",))),
        )
        for i in range(1, 9)
    ]
    ranker = fit(heard, items, titles=TITLES, knowledge=facts).ranker
    said = talk("a book by Author 9?")
    assert best(ranker, said) == "Circe"
    assert ranker.score(said)["knowledge"].argmax() == 8
    assert best(fit(heard, items, titles=TITLES).ranker, said) != "Circe"


def test_repeating_is_learned_from_the_words_around_a_name(items: ItemTable) -> None:
    """ "Who wrote it" is answered with the same book, "something else" with another one."""
    names = dict(zip(items.item_ids, TITLES, strict=True))
    ids = list(items.item_ids)
    heard = []
    for place, one in enumerate(ids * 2):
        asks = place % 2 == 0
        text = f"who wrote {names[one]} please" if asks else f"something other than {names[one]} please"
        answer = one if asks else ids[(place * 3 + 1) % 10]
        if answer != one or asks:
            turns = (Turn(role="user", text=text), Turn(role="assistant", recommended=(answer,)))
            heard.append(Dialogue(id=str(place), turns=turns))
    ranker = fit(heard, items, titles=TITLES).ranker
    asked, other = (ranker.score(talk(f"{words} Emma please")) for words in ("who wrote", "something other than"))
    assert asked["mention"][3] > other["mention"][3]
    assert asked["mention"].argmax() == 3
    assert best(ranker, talk("something other than Emma please")) != "Emma"


def test_the_same_dialogues_give_the_same_model(items: ItemTable, fitted: FittedDialogues) -> None:
    said = talk("Dune")
    turns = [turn for one in fitted.ranker.score(said).values() for turn in one]
    again = [turn for one in fitted.ranker.score(list(said)).values() for turn in one]
    assert turns == again
    with pytest.raises(TrainingError, match="No dialogue recommends"):
        fit([Dialogue(id="a", turns=(Turn(role="user", text="hi"),))], items)


def test_few_choices_are_drawn_with_the_seed(items: ItemTable) -> None:
    heard = [
        Dialogue(
            id=str(i), turns=(Turn(role="user", text="Dune"), Turn(role="assistant", recommended=(f"b{i % 7 + 2}",)))
        )
        for i in range(30)
    ]
    one, same, other = (
        fit(heard, items, titles=TITLES, config=DialogueConfig(most_choices=5, seed=seed)).lists.values
        for seed in (1, 1, 2)
    )
    assert one.shape[1] == 5
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_it_comes_back_from_disk(fitted: FittedDialogues, tmp_path: Path) -> None:
    save_dialogues(tmp_path, fitted.ranker)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, TENSORS]
    back, said = load_dialogues(tmp_path), talk("Dune by Jane Austen", "Emma?", "no")
    assert back.config == fitted.ranker.config
    for name, values in fitted.ranker.score(said).items():
        assert np.array_equal(back.score(said)[name], values)


def test_a_damaged_or_foreign_model_is_refused(fitted: FittedDialogues, tmp_path: Path) -> None:
    save_dialogues(tmp_path, fitted.ranker)
    manifest, content = json.loads((tmp_path / MANIFEST).read_text()), (tmp_path / TENSORS).read_bytes()

    def refused(message: str) -> None:
        with pytest.raises(ModelFileError, match=message) as error:
            load_dialogues(tmp_path)
        assert "recommender train --dialogues" in error.value.cure

    (tmp_path / TENSORS).write_bytes(content[:-9])
    refused("truncated|not the file")
    (tmp_path / TENSORS).write_bytes(content)
    for changed, message in (
        ({**manifest, "format": 99}, "format 99"),
        ({"format": 1}, "lacks sha256"),
        ({**manifest, "config": {**manifest["config"], "features": ["x"]}}, "other features"),
        ({**manifest, "config": {**manifest["config"], "more": 1}}, "more"),
    ):
        (tmp_path / MANIFEST).write_text(json.dumps(changed))
        refused(message)
    (tmp_path / MANIFEST).write_text("{")
    refused("no JSON")
    (tmp_path / MANIFEST).unlink()
    refused("There is no dialogue ranker")
