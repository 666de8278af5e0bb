"""Personas and typing errors are data, and what is wrong in them is told."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from langgraph_recommender.evals.simulate import find_persona, load_personas
from langgraph_recommender.evals.simulate.typos import mistype
from langgraph_recommender.tools.errors import SuiteError

GOOD = "calm:\n  about: Waits.\n  goal: need\n  moves: {add: 1}\n"


def test_a_file_of_personas_is_read(tmp_path: Path):
    file = tmp_path / "personas.yaml"
    file.write_text(GOOD)
    assert load_personas(file)["calm"].moves == {"add": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD + "  answer: 0.5\n", "'calm': answer: .*Did you mean 'answers'"),
        (GOOD + "  answers: 1.5\n", "'calm': answers"),
        (GOOD + "  volunteers: [3, 1]\n", "least, most"),
        (GOOD.replace("add", "ad"), "moves"),
        ("calm: [", "cannot be read"),
        ("", "no personas"),
    ],
)
def test_a_wrong_persona_is_refused_with_file_and_key(tmp_path: Path, text: str, told: str):
    file = tmp_path / "personas.yaml"
    file.write_text(text)
    with pytest.raises(SuiteError, match=told) as refused:
        load_personas(file)
    assert str(file) in str(refused.value)


def test_a_persona_is_found_by_name():
    assert find_persona("seeker").goal == "item"
    with pytest.raises(SuiteError, match="seeker"):
        find_persona("seaker")


@pytest.mark.parametrize("text", ["looking for fantasy books under 30 dollars", "想找科幻小说，价格30以内"])
def test_typing_errors_leave_numbers_alone(text: str):
    typed = [mistype(text, Random(seed)) for seed in range(200)]
    assert sum(one != text for one in typed) > 150
    assert all("30" in one for one in typed)
    assert all(abs(len(one) - len(text)) <= 2 for one in typed)


def test_a_typing_error_takes_no_negation_away():
    assert all("不要" in mistype("不要军事类型的小说", Random(seed)) for seed in range(200))
