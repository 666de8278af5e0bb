"""A chat model plays the person over HTTP: it finds the words, and never hears the title."""

from __future__ import annotations

import pytest
from langchain_openai import ChatOpenAI
from langgraph_recommender.agent.scripted import ScriptedChatModel, Step
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.evals.simulate import Ground, goal_for, simulate
from langgraph_recommender.evals.suite.simulation import Simulation
from langgraph_recommender.tools.errors import ModelError
from pydantic import SecretStr

from .conftest import Agent

SEEKER = Simulation(name="seeker", persona="seeker", language="en", budget=2)


def client(address: str) -> ChatOpenAI:
    return ChatOpenAI(base_url=address, api_key=SecretStr("none"), model="person", max_retries=0)


def test_the_model_finds_the_words_and_is_not_told_the_title(ground: Ground):
    agent = Agent(ground.facts, lambda _: ())
    model = ScriptedChatModel.of(Step("hey, got lamps?", expects="in your own words"), "any other one?")
    with OpenAIServer(model) as server:
        outcome = simulate(SEEKER, 0, agent, ground, model=client(server.base_url))
    assert agent.heard == ["hey, got lamps?", "any other one?"]
    assert outcome.simulated
    assert not outcome.simulated.leaked
    title = ground.facts.title(goal_for(SEEKER, 0, ground).target)
    assert title.lower() not in "\n".join(str(one.body) for one in server.calls).lower()


def test_a_message_that_tells_the_title_is_not_sent(ground: Ground):
    agent = Agent(ground.facts, lambda _: ())
    title = ground.facts.title(goal_for(SEEKER, 0, ground).target)
    model = ScriptedChatModel.of(f"i want {title}", f"the {title} please", "", "fine, anything else?")
    with OpenAIServer(model) as server:
        outcome = simulate(SEEKER, 0, agent, ground, model=client(server.base_url))
    assert outcome.simulated
    assert not outcome.simulated.leaked
    assert title.lower() not in agent.heard[0].lower()
    assert agent.heard[0]
    assert agent.heard[1] == "fine, anything else?"


def test_a_model_that_cannot_be_reached_is_told(ground: Ground):
    with pytest.raises(ModelError, match="plays the person"):
        simulate(SEEKER, 0, Agent(ground.facts, lambda _: ()), ground, model=client("http://127.0.0.1:9/v1"))
