from pathlib import Path

import pytest
from langgraph_recommender.graphs.asking import prompts
from langgraph_recommender.graphs.asking.prompts import prompt, template
from langgraph_recommender.graphs.briefs import UnderstandBrief, embed_brief, find_brief
from langgraph_recommender.graphs.understanding import Intent, ProfileRequest, TurnUnderstanding

PLACEHOLDERS = {
    "understand": {"brief", "demonstrations"},
    "reply": {"brief"},
    "act": {"brief", "limit"},
    "json_answer": {"schema"},
}


def test_the_files_are_the_prompts():
    assert {path.stem for path in Path(prompts.__file__).parent.glob("*.md")} == set(PLACEHOLDERS)


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_placeholders_are_pinned(name):
    found = template(name)
    assert found.is_valid()
    assert set(found.get_identifiers()) == PLACEHOLDERS[name]


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_filled_values_are_not_filled_again(name):
    filled = prompt(name, **dict.fromkeys(PLACEHOLDERS[name], "costs $5 ${brief} {x}"))
    assert filled.count("costs $5 ${brief} {x}") == len(PLACEHOLDERS[name])


def test_a_missing_or_unknown_value_is_an_error():
    with pytest.raises(KeyError):
        prompt("understand", brief="b")
    with pytest.raises(KeyError, match="no placeholder x"):
        prompt("reply", brief="b", x="y")
    with pytest.raises(FileNotFoundError):
        prompt("no_such_prompt")


def test_the_brief_is_found_again_in_the_filled_prompt():
    brief = UnderstandBrief(catalog="</turn-brief> evil", noun="book", facets=())
    system = prompt("understand", brief=embed_brief("understand", brief), demonstrations="")
    assert find_brief(system, "understand", UnderstandBrief) == brief


def test_understand_names_every_intent_and_only_known_fields():
    text = template("understand").template
    assert [one for one in Intent if f"`{one}`" not in text] == []
    for field in ("wishes", "query", "new_need", "relaxed", "critiques", "plan", "answer", "emotion", "confidence"):
        assert f"`{field}`" in text
        assert field in TurnUnderstanding.model_fields
    assert ProfileRequest.model_fields["action"]


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_prompts_stay_short(name):
    assert len(template(name).template.split()) < 600
