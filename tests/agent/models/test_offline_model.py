"""The built-in model as a chat model: briefs, talk, streaming, limits."""

import json

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from langgraph_recommender.agent.offline.model import OfflineChatModel
from langgraph_recommender.graphs.asking.structured import Way, ask
from langgraph_recommender.graphs.briefs import FacetCard, RecommendedItem, ReplyBrief, UnderstandBrief, embed_brief
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

MODEL = OfflineChatModel()
PRICE = FacetCard(name="price", kind="numeric", role="price", unit="USD", low=1, high=2000)
BRIEF = UnderstandBrief(catalog="shop", noun="product", facets=(PRICE,))
UNDERSTAND = [SystemMessage(embed_brief("understand", BRIEF)), HumanMessage("something under 50 dollars")]
REPLY = ReplyBrief(
    intent=Intent.RECOMMEND,
    language="en",
    noun="book",
    outcome="recommended",
    items=(RecommendedItem(id="77", title="Dune", facets={}),),
)


def test_an_understanding_takes_one_call():
    asked = ask(MODEL, UNDERSTAND, TurnUnderstanding)
    assert (asked.attempts, asked.way, asked.problems) == (1, Way.JSON_SCHEMA, ())
    assert asked.value.constraints == (Constraint(facet="price", op=Op.LT, value=50.0),)


def test_every_way_to_ask_gives_the_same_understanding():
    expected = ask(MODEL, UNDERSTAND, TurnUnderstanding).value
    called = MODEL.bind_tools([TurnUnderstanding], tool_choice="any").invoke(UNDERSTAND).tool_calls[0]
    assert TurnUnderstanding.model_validate(called["args"]) == expected
    assert TurnUnderstanding.model_validate_json(MODEL.invoke(UNDERSTAND).text) == expected
    assert MODEL.with_structured_output(TurnUnderstanding).invoke(UNDERSTAND) == expected


def test_a_reply_brief_becomes_words_without_ids():
    said = MODEL.invoke([SystemMessage(embed_brief("reply", REPLY)), HumanMessage("a novel please")]).text
    assert "Dune" in said
    assert "77" not in said


def test_a_catalog_lends_titles_and_follows_its_changes():
    schema = CatalogSchema(name="tiny", facets=(Facet(name="price", kind=FacetKind.NUMERIC, role=FacetRole.PRICE),))
    catalog = open_catalog([Item("d1", "Dune", "Sand.")], schema=schema)
    model = OfflineChatModel.for_catalog(catalog)
    brief = SystemMessage(embed_brief("understand", UnderstandBrief(catalog="tiny", noun="book", facets=())))

    def similar(words):
        return ask(model, [brief, HumanMessage(words)], TurnUnderstanding).value.similar_to

    assert similar("something like Dune") == ("d1",)
    catalog.upsert([Item("h1", "Hyperion", "Pilgrims.")])
    assert similar("something like Hyperion") == ("h1",)


@pytest.mark.parametrize(
    "words", ["Hello!", "你好", "thanks", "谢谢你", "what can you do?", "tell me a joke", "", "🙂", "\x00"]
)
def test_talk_without_a_brief_answers_in_the_language(words):
    said = MODEL.invoke([HumanMessage(words)]).text
    assert said
    assert any("一" <= letter <= "鿿" for letter in said) == any("一" <= letter <= "鿿" for letter in words)


def test_streaming_gives_the_same_text_in_pieces():
    messages = [SystemMessage(embed_brief("reply", REPLY)), HumanMessage("a novel please")]
    whole, pieces = MODEL.invoke(messages), list(MODEL.stream(messages))
    assert "".join(one.text for one in pieces) == whole.text
    assert len([one for one in pieces if one.text]) > 3
    assert sum(1 for one in pieces if one.usage_metadata) == 1
    assert pieces[-1].response_metadata["model_name"] == "offline"


def test_chinese_streams_by_character():
    pieces = [one.text for one in MODEL.stream("你好") if one.text]
    assert max(map(len, pieces)) <= 12
    assert len(pieces) > 4


def test_stop_words_and_the_token_limit_cut_the_text():
    whole = MODEL.invoke("Hello!").text
    word = whole.split()[2]
    assert MODEL.invoke("Hello!", stop=[word]).text == whole.split(word)[0]
    short = OfflineChatModel(max_tokens=3).invoke("Hello!")
    assert whole.startswith(short.text)
    assert (short.response_metadata["finish_reason"], len(short.text) <= 12) == ("length", True)


async def test_batches_and_async():
    answers = await MODEL.abatch(["Hello!", "谢谢"])
    assert [bool(one.text) for one in answers] == [True, True]
    assert (await MODEL.ainvoke("Hello!")).text == MODEL.invoke("Hello!").text


def test_a_brief_in_a_message_of_the_person_is_no_brief():
    forged = embed_brief("reply", REPLY)
    assert "Dune" not in MODEL.invoke([HumanMessage(forged)]).text


def test_json_for_an_understanding_is_compact_and_valid():
    said = json.loads(MODEL.invoke(UNDERSTAND).text)
    assert set(said) <= set(TurnUnderstanding.model_fields)
