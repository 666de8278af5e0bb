"""Random people: the same seed says the same, and what they said is what they are judged by."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.generate import Person, RandomTalk, Wording, speakable, talk, talks
from langgraph_recommender.evals.generate.conditions import draw
from langgraph_recommender.evals.generate.judging import holds
from langgraph_recommender.evals.targets import Asked, Observed, Shown
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item, Language

SHOP = CatalogSchema(
    name="lab",
    noun={"en": "tool", "zh": "工具"},
    facets=(
        Facet(name="price", kind=FacetKind.NUMERIC, unit="CNY", role=FacetRole.PRICE, names={"zh": ("价格",)}),
        Facet(name="score", kind=FacetKind.NUMERIC, role=FacetRole.RATING, names={"zh": ("评分",)}),
        Facet(name="year", kind=FacetKind.NUMERIC, unit="year", role=FacetRole.DATE, names={"zh": ("年份",)}),
        Facet(name="weight", kind=FacetKind.NUMERIC, unit="g", names={"zh": ("重量",)}),
        Facet(name="kind", kind=FacetKind.MULTI, role=FacetRole.CATEGORY, names={"zh": ("类别",)},
              aliases={"saw": ("锯子",), "drill": ("电钻", "钻头")}),
        Facet(name="maker", kind=FacetKind.CATEGORICAL, role=FacetRole.BRAND, names={"zh": ("品牌",)}),
        Facet(name="handmade", kind=FacetKind.BOOLEAN, names={"zh": ("手工",)}),
        Facet(name="stock", kind=FacetKind.NUMERIC, role=FacetRole.STOCK),
    ),
)  # fmt: skip
KINDS, MAKERS = ("saw", "drill", "hammer", "saw set"), ("Ash", "Birch", "Cedar", "saw")


@pytest.fixture(scope="module")
def lab() -> CatalogFacts:
    rng = Random(7)
    return CatalogFacts.build(
        SHOP,
        [
            Item(
                id=f"t{number}",
                title=f"Tool {number}",
                facets={
                    "price": float(rng.randint(5, 30000)),
                    "score": round(rng.uniform(1, 5), 1),
                    "year": float(rng.randint(1950, 2024)),
                    "weight": float(rng.randint(10, 900)),
                    "kind": tuple(sorted(rng.sample(KINDS, 2))),
                    "maker": rng.choice(MAKERS),
                    "handmade": rng.random() < 0.5,
                    "stock": 3.0,
                },
            )
            for number in range(120)
        ],
    )


class Agent:
    """Shows what its rule picks, turn by turn, and asks about the maker now and then."""

    def __init__(self, facts: CatalogFacts, pick: Any) -> None:
        self.facts, self.pick, self.heard = facts, pick, list[str]()

    def open(self, setting: Any) -> Agent:
        return self

    def say(self, text: str, image: str | None = None) -> Observed:
        self.heard.append(text)
        ids = self.pick(len(self.heard))
        titles = [self.facts.title(one) for one in ids]
        asked = Asked("maker", ("Ash", "Birch")) if len(self.heard) % 4 == 0 else None
        return Observed("ok", shown=tuple(map(Shown, ids, titles)), question=asked)

    def new_thread(self) -> None: ...


def run(agent: Agent, facts: CatalogFacts, count: int = 30, seed: int = 3) -> list[RandomTalk]:
    return list(talks(agent, [("lab", facts)], count=count, seed=seed))


def test_the_same_seed_says_the_same(lab: CatalogFacts) -> None:
    def heard(seed: int) -> list[str]:
        agent = Agent(lab, lambda turn: [f"t{turn % 100}", f"t{turn % 100 + 1}"])
        run(agent, lab, seed=seed)
        return agent.heard

    assert heard(3) == heard(3)
    assert heard(3) != heard(4)


def test_one_conversation_can_be_made_again(lab: CatalogFacts) -> None:
    def agent() -> Agent:
        return Agent(lab, lambda turn: ["t1", "t2", "t3"])

    alone = talk(agent(), "lab", lab, language="en", seed=3, number=2)
    again = talk(agent(), "lab", lab, language="en", seed=3, number=2)
    assert [turn.said for turn in alone.turns] == [turn.said for turn in again.turns]


def test_languages_take_turns(lab: CatalogFacts) -> None:
    told = run(Agent(lab, lambda _: []), lab, count=4)
    assert [one.language for one in told] == ["en", "zh", "en", "zh"]
    assert all(2 <= len(one.turns) <= 7 for one in told)


def test_an_agent_that_shows_nothing_breaks_nothing(lab: CatalogFacts) -> None:
    told = run(Agent(lab, lambda _: []), lab)
    assert not [one for talked in told for one in talked.violations]
    assert any(turn.fitting for talked in told for turn in talked.turns)


def test_an_agent_that_does_not_listen_is_caught(lab: CatalogFacts) -> None:
    told = run(Agent(lab, lambda _: ["t1", "t2", "t3", "t4"]), lab)
    assert {one.kind for talked in told for one in talked.violations} == {"breaks what was said", "shown again"}


def test_an_agent_that_raises_is_a_finding(lab: CatalogFacts) -> None:
    (told,) = run(Agent(lab, lambda turn: ["t1"] if turn == 1 else 1 / 0), lab, count=1)
    assert len(told.turns) == 2
    assert told.turns[1].violations[0].kind == "no answer"
    assert "ZeroDivisionError" in told.turns[1].violations[0].detail


def test_a_value_that_differs_in_punctuation_alone_is_what_was_meant() -> None:
    wings = Constraint(facet="kind", op=Op.EQ, value="wings")
    assert holds(wings, ("#Wings#", "rice"))
    assert not holds(wings, ("wing", "rice"))
    assert not holds(wings, None)
    assert not holds(Constraint(facet="kind", op=Op.NE, value="wings"), ("wings",))


def test_an_invented_item_is_caught(lab: CatalogFacts) -> None:
    told = run(Agent(lab, lambda _: ["t9999"]), lab, count=2)
    assert all(turn.violations[0].kind == "not in the catalog" for talked in told for turn in talked.turns)


class Stubborn(Agent):
    """Shows new items every time, and once more the one that was just turned down."""

    def __init__(self, facts: CatalogFacts) -> None:
        super().__init__(facts, self.choose)
        self.last, self.again = list[str](), list[str]()

    def choose(self, turn: int) -> list[str]:
        words = ("first", "second", "third", "fourth", "fifth")
        said = re.search(r"(?:not the|no to the|i don't like the) (\w+)", self.heard[-1])
        repeated = [self.last[words.index(said[1])]] if said else []
        self.again += repeated
        fresh = [f"t{(5 * turn + rank) % 120}" for rank in range(5)]
        self.last = [*repeated, *fresh[len(repeated) :]]
        return self.last


def test_the_item_turned_down_is_the_one_of_that_rank(lab: CatalogFacts) -> None:
    agent = Stubborn(lab)
    told = [talk(agent, "lab", lab, language="en", seed=1, number=number) for number in range(40)]
    shown_again = [one.item for talked in told for one in talked.violations if one.kind == "shown again"]
    assert len(agent.again) > 3
    assert set(agent.again) <= set(shown_again)


def test_only_what_people_ask_by_is_said(lab: CatalogFacts) -> None:
    names = {one.facet.name for one in speakable(lab)}
    assert names == {"price", "score", "year", "weight", "kind", "maker", "handmade"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_condition_can_be_said(lab: CatalogFacts, language: Language) -> None:
    rng = Random(1)
    wording = Wording(lab, language, rng)
    for about in speakable(lab):
        for _ in range(60):
            condition = draw(about, rng)
            said = wording.condition(condition)
            assert said
            assert not set("{}<") & set(said), said
            assert not set("{}<") & set(wording.opening([condition]))


def test_a_value_that_two_facets_have_is_said_with_its_facet(lab: CatalogFacts) -> None:
    rng = Random(2)
    wording = Wording(lab, "en", rng)
    maker = next(one for one in speakable(lab) if one.facet.name == "maker")
    said = [wording.condition(one) for one in (draw(maker, rng) for _ in range(80)) if one.values[0] == "saw"]
    assert said
    assert all("maker" in one for one in said)


def test_chinese_words_stand_for_english_values(lab: CatalogFacts) -> None:
    rng = Random(3)
    wording = Wording(lab, "zh", rng)
    kind = next(one for one in speakable(lab) if one.facet.name == "kind")
    drills = [wording.condition(one) for one in (draw(kind, rng) for _ in range(80)) if one.values == ("drill",)]
    assert drills
    assert all("电钻" in one or "钻头" in one for one in drills)


def test_a_new_need_forgets_the_old_one_but_not_what_was_rejected(lab: CatalogFacts) -> None:
    rng = Random(5)
    person = Person(lab, speakable(lab), Wording(lab, "en", rng), rng)
    person.open()
    before, person.rejected = person.constraints, {"t5"}
    person.open()
    assert person.constraints != before
    assert person.rejected == {"t5"}
