import pytest
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.agent.scripted import ScriptedChatModel
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.errors import SettingsError


def test_a_model_is_taken_as_it_is():
    model = ScriptedChatModel.of()
    assert open_model(model) is model


def test_a_missing_key_names_the_variable_and_the_offline_model():
    with pytest.raises(SettingsError) as caught:
        open_model("openai:gpt-5-mini", environ={})
    assert "OPENAI_API_KEY" in caught.value.cure
    assert "offline" in caught.value.cure


@pytest.mark.parametrize(
    ("name", "hint"), [("offlin", "'offline'"), ("opnai:gpt-5", "'openai'"), ("zzz", "Known: offline")]
)
def test_an_unknown_name_suggests_one(name, hint):
    with pytest.raises(SettingsError) as caught:
        open_model(name, environ={})
    assert hint in caught.value.cure


def test_a_provider_that_is_not_installed_names_its_package():
    with pytest.raises(SettingsError, match="langchain-mistralai"):
        open_model("mistralai:small", environ={})


def test_the_base_url_of_the_environment_is_honoured_without_a_key():
    with OpenAIServer(ScriptedChatModel.of("hello back")) as server:
        model = open_model("openai:any", environ={"OPENAI_BASE_URL": server.base_url})
        assert model.invoke("hello").text == "hello back"
    assert server.calls[0].body["model"] == "any"


def test_limits_reach_the_client():
    model = open_model("gpt-5-mini", environ={"OPENAI_API_KEY": "k"}, timeout_s=7.5, max_retries=4, max_tokens=99)
    assert (model.request_timeout, model.max_retries, model.max_tokens) == (7.5, 4, 99)
