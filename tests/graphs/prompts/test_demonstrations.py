from collections import Counter
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from langgraph_recommender.graphs.asking.demonstrations import (
    Demonstration,
    load_demonstrations,
    pick,
    render_demonstrations,
)
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.normalize import has_chinese

SHIPPED = load_demonstrations()


class LetterCounts(Embeddings):
    """A small real embedding: how often each of 26 letters occurs; counts its work."""

    def __init__(self):
        self.documents = 0

    def embed_documents(self, texts):
        self.documents += len(texts)
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text):
        counts = Counter(text.lower())
        return [float(counts[chr(97 + place)]) for place in range(26)]


def test_the_shipped_examples_cover_every_intent_in_both_languages():
    assert len(SHIPPED) >= 24
    assert {one.understanding.intent for one in SHIPPED} == set(Intent)
    languages = Counter(one.understanding.language for one in SHIPPED)
    assert min(languages["en"], languages["zh"]) >= 6


def test_the_language_of_an_example_is_that_of_its_message():
    assert [one.message for one in SHIPPED if has_chinese(one.message) != (one.understanding.language == "zh")] == []


def test_ids_and_facets_of_an_example_stand_in_its_brief():
    for one in SHIPPED:
        said = one.understanding
        named = {c.facet for c in said.constraints} | {c.facet for c in said.critiques} | set(said.relaxed)
        named |= {w.facet for w in said.wishes if w.facet} | {f.item_id for f in said.feedback} | set(said.references)
        assert [word for word in named if word not in one.brief] == [], one.message


def test_the_most_similar_come_last():
    shots = [Demonstration(message=text, understanding=SHIPPED[0].understanding) for text in ("zzz", "abc abc", "abd")]
    assert [one.message for one in pick(shots, "abc", 2, LetterCounts())] == ["abd", "abc abc"]


def test_zero_shot_embeds_nothing_and_renders_nothing():
    embeddings = LetterCounts()
    assert pick(SHIPPED, "hi", 0, embeddings) == ()
    assert render_demonstrations(()) == ""
    assert embeddings.documents == 0


def test_examples_are_embedded_once():
    embeddings = LetterCounts()
    for _ in range(3):
        pick(SHIPPED, "cheaper", 3, embeddings)
    assert embeddings.documents == len(SHIPPED)


def test_rendered_examples_read_back():
    text = render_demonstrations(SHIPPED[:3])
    lines = [line.removeprefix("TurnUnderstanding: ") for line in text.splitlines() if line.startswith("TurnUnd")]
    assert [TurnUnderstanding.model_validate_json(line) for line in lines] == [one.understanding for one in SHIPPED[:3]]


def test_own_files_come_in_order(tmp_path: Path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("- {message: 你好, understanding: {intent: chitchat, language: zh}}\n", encoding="utf-8")
    assert [one.message for one in load_demonstrations(mine)] == ["你好"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- {message: hi, understanding: {intent: chatter, language: en}}", "example 1, understanding.intent"),
        ("- {message: hi}", "example 1, understanding"),
        ("message: hi", "no list"),
        ("- [unclosed", "mine.yaml"),
        ("", "no list"),
    ],
)
def test_a_bad_file_is_named_with_its_example_and_field(tmp_path: Path, content, words):
    mine = tmp_path / "mine.yaml"
    mine.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        load_demonstrations(mine)


def test_a_missing_file_is_a_settings_error(tmp_path: Path):
    with pytest.raises(SettingsError, match="nowhere"):
        load_demonstrations(tmp_path / "nowhere.yaml")
