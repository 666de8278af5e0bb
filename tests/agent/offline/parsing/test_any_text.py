"""Whatever is typed is understood somehow: no error, valid facets, known items, in bounded time and size."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph_recommender.agent.offline.classifier import load_classifier
from langgraph_recommender.agent.offline.lexicon import CatalogLexicon
from langgraph_recommender.agent.offline.parsing.reading import read
from langgraph_recommender.agent.offline.parsing.text import HALF, Message
from langgraph_recommender.agent.offline.understand import understand
from langgraph_recommender.graphs.understanding import Intent

from .conftest import brief, catalog, lexicon

PIECES = [
    "under",
    "between",
    "500",
    "and",
    "or",
    "not",
    "no",
    "#3",
    "like",
    "beginner",
    "cheaper",
    "than",
    "why",
    "$",
    "s",
    "90s",
    "forget",
    "my",
    "data",
    "any",
    "level",
    "hours",
    "w/o",
    ",",
    "?",
    "'",
    "-",
    "0",
    "年",
    "不要",
    "以下",
    "第二个",
    "类似",
    "五千",
    "到",
    "或者",
    "入门",
    "《",
    "》",
    "课时",
    "什么",
    "的",
    "世纪",
    "年代",
    "the second one",
    "the last",
    "Deep Networks",
    '"',
    "\n",
]
SHOWN = {"shown": ["c1", "c2", "c4"], "asked": "level", "choices": ["Beginner", "Advanced"], "last_query": "data"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
        st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    )
)
def test_reading_never_fails_and_names_only_what_exists(text: str) -> None:
    held = catalog("courses")
    reading = read(lexicon("courses").read(text), brief("courses", SHOWN), lexicon("courses"))
    names = {facet.name for facet in held.schema.facets}
    assert {one.facet for one in reading.constraints} <= names
    assert {*reading.reference_ids, *reading.similar_to} <= {item.id for item in held.items()}
    assert reading.count is None or 1 <= reading.count <= 20


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂🙂", "\x00\x07\x1b[31m", "?!?!...", "\u200b\u200e"])
def test_nothing_to_read_is_talk(text: str) -> None:
    turn = understand(text, brief("courses", SHOWN), lexicon("courses"), load_classifier())
    assert turn.intent is Intent.CHITCHAT
    assert not turn.constraints


def test_control_characters_separate_words() -> None:
    turn = understand(
        "beginner\x00courses\x07under 10\x1f hours", brief("courses", {}), lexicon("courses"), load_classifier()
    )
    assert {one.facet for one in turn.constraints} == {"level", "hours"}


def test_of_a_long_message_both_ends_are_read() -> None:
    text = "beginner courses please " + "bla " * 2500 + " under 10 hours"
    assert len(Message.read(text).raw) <= 2 * HALF + 1
    turn = understand(text, brief("courses", {}), lexicon("courses"), load_classifier())
    assert {one.facet for one in turn.constraints} == {"level", "hours"}


def test_a_brief_alone_makes_a_lexicon() -> None:
    state = brief("courses", SHOWN)
    cards = [
        one.model_copy(update={"values": ("Beginner", "Advanced")}) if one.name == "level" else one
        for one in state.facets
    ]
    bare = CatalogLexicon.from_brief(state.model_copy(update={"facets": tuple(cards), "asked_facet": ""}))
    turn = understand(
        "advanced, with the Deep Networks one", state.model_copy(update={"asked_facet": ""}), bare, load_classifier()
    )
    assert [one.value for one in turn.constraints] == ["Advanced"]
    assert turn.references == ("c2",)
