"""Simulated people: what they have in mind is judged by the catalog, whoever they talk to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from langgraph_recommender.evals.simulate import Ground, goal_for, load_personas, simulate
from langgraph_recommender.evals.simulate.goals import holds
from langgraph_recommender.evals.simulate.leaking import leaks
from langgraph_recommender.evals.suite.simulation import Needed, Simulation
from langgraph_recommender.evals.targets import Observed
from langgraph_recommender.tools.errors import SuiteError
from langgraph_recommender.tools.items import FacetRole, Language
from langgraph_recommender.tools.normalize import has_chinese

from .conftest import Agent

NOTHING: Sequence[str] = ()


def sim(persona: str, language: Language = "en", **more: object) -> Simulation:
    return Simulation.model_validate({"name": persona, "persona": persona, "language": language, "count": 9, **more})


def silent_agent(ground: Ground) -> Agent:
    return Agent(ground.facts, lambda _: NOTHING)


@pytest.mark.parametrize("persona", load_personas())
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_seed_says_the_same_and_never_the_title(ground: Ground, persona: str, language: Language):
    for number in range(4):
        first, again = (simulate(sim(persona, language), number, silent_agent(ground), ground) for _ in range(2))
        assert [turn.said for turn in first.turns] == [turn.said for turn in again.turns]
        assert first.simulated
        assert not first.simulated.leaked
        assert first.simulated.success_turn is None
        assert all(turn.said.strip() for turn in first.turns)
        assert len(first.turns) <= 5


@pytest.mark.parametrize("persona", load_personas())
def test_what_they_have_in_mind_is_the_same_in_both_languages_and_in_stock(ground: Ground, persona: str):
    english, chinese = (goal_for(sim(persona, language), 2, ground) for language in ("en", "zh"))
    assert english == chinese
    assert english.wanted
    for one in english.wanted:
        item = ground.facts.items[one]
        assert item.facets["stock"]
        assert all(holds(condition, item) for condition in english.hard)


def test_success_is_the_turn_in_which_a_wanted_item_is_shown(ground: Ground):
    wanted = sorted(goal_for(sim("patient"), 0, ground).wanted)[0]
    others = [one for one in ground.facts.items if one not in goal_for(sim("patient"), 0, ground).wanted]
    agent = Agent(ground.facts, lambda turn: [wanted] if turn == 3 else [others[turn]])
    outcome = simulate(sim("patient"), 0, agent, ground)
    assert outcome.simulated
    assert outcome.simulated.success_turn == 3
    assert len(outcome.turns) == 3


def test_the_impatient_leave_after_four_turns_and_write_less(ground: Ground):
    outcome = simulate(sim("impatient", budget=9), 0, silent_agent(ground), ground)
    assert len(outcome.turns) == 4


def test_the_bilingual_go_over_to_the_other_language(ground: Ground):
    talks = [simulate(sim("bilingual"), number, silent_agent(ground), ground) for number in range(6)]
    assert not any(has_chinese(one.turns[0].said) for one in talks)
    assert all(any(has_chinese(turn.said) for turn in one.turns[1:]) for one in talks)


def test_an_agent_that_ignores_what_is_said_violates_it(ground: Ground):
    ids = list(ground.facts.items)
    talks = [
        simulate(sim("talkative"), number, Agent(ground.facts, lambda turn: ids[turn * 5 : turn * 5 + 5]), ground)
        for number in range(5)
    ]
    kinds = {one.kind for talk in talks if talk.simulated for one in talk.simulated.violations}
    assert "breaks what was said" in kinds
    assert any(not talk.passed for talk in talks)


def test_an_agent_that_brings_back_what_was_turned_down_violates_it(ground: Ground):
    goal = goal_for(sim("silent"), 1, ground)
    other = next(one for one in ground.facts.items if one not in goal.wanted)
    talks = [simulate(sim("silent", seed=seed), 1, Agent(ground.facts, lambda _: [other]), ground) for seed in range(5)]
    assert any(one.kind == "shown again" for talk in talks if talk.simulated for one in talk.simulated.violations)


def test_an_invented_item_is_a_violation_and_an_agent_that_raises_a_failure(ground: Ground):
    invented = simulate(sim("patient"), 0, Agent(ground.facts, lambda _: ["nowhere"]), ground)
    assert invented.simulated
    assert {one.kind for one in invented.simulated.violations} == {"not in the catalog"}

    def broken(_turn: int) -> Sequence[str]:
        raise RuntimeError("out of order")

    fallen = simulate(sim("patient"), 0, Agent(ground.facts, broken), ground)
    assert len(fallen.turns) == 1
    assert fallen.failures[0].got.startswith("RuntimeError: out of order (test_talks.py:")
    assert "Traceback" not in fallen.failures[0].got


def test_questions_are_answered_and_counted(ground: Ground):
    outcome = simulate(sim("seeker"), 0, Agent(ground.facts, lambda _: NOTHING, asks="maker"), ground)
    assert outcome.simulated
    put = outcome.simulated.questions
    assert put
    assert put[0].facet == "maker"
    assert all(one.after <= one.before for one in put)


def test_a_stated_need_or_item_is_what_they_want(ground: Ground):
    need = Needed(must=("kind = lamp", "price <= 300"), prefer=("maker = Acme",))
    goal = goal_for(sim("patient", need=need), 0, ground)
    lamps = [ground.facts.items[one].facets for one in goal.wanted]
    assert lamps
    assert all(one["kind"] == "lamp" and one["maker"] == "Acme" for one in lamps)
    target = ground.available[7]
    assert goal_for(sim("seeker", item=target.id), 0, ground).wanted == {target.id}
    with pytest.raises(SuiteError, match="no item of the catalog meets the need"):
        goal_for(sim("patient", need=Needed(must=("price <= 1",))), 0, ground)


def test_likes_are_given_before_the_first_turn_and_are_not_what_is_wanted(ground: Ground):
    agent = silent_agent(ground)
    simulate(sim("patient", likes=3), 0, agent, ground)
    profile = agent.settings[0].profile
    assert profile is not None
    assert len(profile.liked) == 3
    assert not set(profile.liked) & goal_for(sim("patient"), 0, ground).wanted


def test_an_agent_that_says_nothing_fails(ground: Ground):
    @dataclass
    class Mute(Agent):
        def say(self, text: str, image: str | None = None) -> Observed:
            return Observed(" ")

    outcome = simulate(sim("patient", budget=2), 0, Mute(ground.facts, lambda _: ()), ground)
    assert [one.got for one in outcome.failures] == ["an empty reply"] * 2


def test_an_unknown_persona_is_refused_with_place_and_nearest_name(ground: Ground):
    with pytest.raises(SuiteError, match=r"talks\.yaml:4: no persona 'pacient'.*patient"):
        simulate(sim("pacient"), 0, silent_agent(ground), ground, file="talks.yaml", line=4)


def test_the_title_leaks_and_what_the_facets_say_does_not(ground: Ground):
    item = next(one for one in ground.available if one.facets["kind"] == "lamp")
    assert leaks(f"do you have the {item.title.lower()}?", item)
    assert leaks("something like zephyr quill", item)
    assert leaks(f"it is {item.id}", item)
    assert not leaks(f"a lamp by {item.facets['maker']} under {item.facets['price']:.0f}", item)


def test_sold_out_is_not_wanted(ground: Ground):
    stock = ground.facts.schema.by_role(FacetRole.STOCK)
    assert stock is not None
    assert 0 < len(ground.available) < len(ground.facts.items)
