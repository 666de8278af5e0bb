"""What may stand in a suite file, and what is said when something else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.running import cases_of
from langgraph_recommender.evals.simulate import load_personas
from langgraph_recommender.evals.suite import Relative, bind, load_suite, read_suite, select_tagged
from langgraph_recommender.tools.errors import SuiteError, UnknownCatalogError

GOOD = """\
suite: shop
catalog: shop
language: en
conversations:
  - name: lamps
    user: ann
    profile: {likes: lamps, seen: Clock}
    turns:
      - say: a lamp under 50
        expect:
          intent: recommend
          constraints_include: price < 50
          shown: {satisfy: tags = lamp, at_least: 1, lower_than_before: price}
          question: [brand, price]
      - answer:
          brand: {say: no, means: brand != Borg}
          else: whatever
        expect: {shown: none, question: false, constraints_exactly: []}
  - name: 灯
    language: zh
    catalog: 店
    turns: [{say: 台灯}]
"""


def test_a_suite_reads_as_written() -> None:
    lamps, chinese = read_suite(GOOD).conversations
    assert lamps.profile is not None
    assert lamps.profile.likes == ("lamps",)
    first, second = lamps.turns
    assert first.expect.constraints_include == ("price < 50",)
    assert first.expect.shown is not None
    assert first.expect.shown.lower_than_before == Relative(facet="price")
    assert first.expect.question == ("brand", "price")
    assert second.answer["brand"].say == "no"
    assert second.answer["else"].say == "whatever"
    assert second.expect.shown is not None
    assert second.expect.shown.none
    assert second.expect.question is False
    assert second.expect.constraints_exactly == ()
    assert (lamps.catalog, lamps.language) == ("shop", "en")
    assert (chinese.catalog, chinese.language) == ("店", "zh")


def test_lines_are_known() -> None:
    suite = read_suite(GOOD)
    assert suite.line(("conversations", 0)) == 5
    assert suite.line(("conversations", 0, "turns", 0, "expect", "shown", "satisfy")) == 13
    assert suite.line(("conversations", 1, "turns", 0, "image")) == 22


WRONG = [
    (
        "          intent: recommend",
        "          intnet: recommend",
        "suite.yaml:11",
        "unknown expectation 'intnet'",
        "'intent'",
    ),
    ("satisfy: tags", "satisfied: tags", "suite.yaml:13", "unknown expectation 'satisfied'", "'satisfy'"),
    ("suite: shop", "siute: shop", "suite.yaml:1", "unknown key 'siute'", "'suite'"),
    ("name: lamps", "nme: lamps", "suite.yaml:5", "unknown key 'nme'", "'name'"),
    ("user: ann", "usr: ann", "suite.yaml:6", "unknown key 'usr'", "'user'"),
    ("intent: recommend", "intent: recomend", "suite.yaml:10", "unknown intent 'recomend'", "recommend"),
    ("say: a lamp under 50", "say: 50", "suite.yaml:9", "string", "quotes"),
    ("at_least: 1", "at_least: many", "suite.yaml:13", "at_least", "integer"),
    ("at_least: 1", "at_least: true", "suite.yaml:13", "at_least", "integer"),
    ("          else: whatever\n", "", "suite.yaml:15", "`else`", ""),
    ("      - say: a lamp under 50\n", "      - image: a.png\n", "suite.yaml:9", "either `say` or `answer`", ""),
    ("    user: ann\n", "", "suite.yaml:5", "name a `user`", ""),
    ("name: 灯", "name: lamps", "suite.yaml:1", "two conversations are called 'lamps'", ""),
    ("catalog: shop\n", "", "suite.yaml:1", "'lamps' has no catalog", ""),
    ("language: en", "language: fr", "suite.yaml:3", "language", ""),
    ("language: en", "language: zhh", "suite.yaml:3", "language", "Did you mean 'zh'?"),
    ("intent: recommend", "intent: [recommend, 5]", "suite.yaml:11", "intent[2]", "quotes"),
    ("intent: recommend", "emotion: {recognised: sadd}", "suite.yaml:11", "unknown emotion 'sadd'", "sad"),
    ("intent: recommend", "emotion: {acknowledge: true}", "suite.yaml:11", "'acknowledge'", "'acknowledged'"),
    ("intent: recommend", "tools: {ordered: a}", "suite.yaml:11", "unknown expectation 'ordered'", "'order'"),
    ("intent: recommend", "latency_ms: fast", "suite.yaml:11", "turns[1].expect.latency_ms", "integer"),
    (
        "        expect: {shown: none",
        "        hope: {shwon: none}\n        expect: {shown: none",
        "suite.yaml:18",
        "'shwon'",
        "",
    ),
    ("profile: {likes: lamps", "profile: {like: lamps", "suite.yaml:7", "unknown key 'like'", "'likes'"),
    (
        "    user: ann",
        "    user: ann\n    policies: {exclude_consumd: true}",
        "suite.yaml:7",
        "'exclude_consumd'",
        "consumed",
    ),
    ("    user: ann", "    user: ann\n    policies: {diversity: 3}", "suite.yaml:7", "policies.diversity", "3"),
    (
        "turns: [{say: 台灯}]",
        "turns: [{say: 台灯}]\n    at_end: {no_repeat: true}",
        "suite.yaml:23",
        "'no_repeat'",
        "'no_repeats'",
    ),
    ("turns: [{say: 台灯}]", "turns: {say: 台灯}", "suite.yaml:22", "conversations[2].turns", ""),
    ("turns: [{say: 台灯}]", "turns: [hello]", "suite.yaml:22", "turns[1]", ""),
    ("say: a lamp under 50", "say: 2020-01-01", "suite.yaml:9", "say", "quotes"),
    ("say: a lamp under 50", "say: [a, b]", "suite.yaml:9", "say", "Write one text"),
    ("say: a lamp under 50", "say: !!python/object:os.system ls", "suite.yaml:9", "not YAML", ""),
    ("say: a lamp under 50", "say: 2020-99-99", "suite.yaml", "not YAML", ""),
    ("suite: shop", "suite: shop\nabout: &a [*a]", "suite.yaml:2", "part of", "Write it out"),
    ("suite: shop", "suite: shop\nabout: " + "[" * 60 + "]" * 60, "suite.yaml:2", "nested more than", "brackets"),
    (
        "          intent: recommend",
        "          intent: recommend\n          intent: refine",
        "suite.yaml:12",
        "'intent' stands here twice",
        "",
    ),
    ("[{say: 台灯}]", "[{say: 台灯}", "suite.yaml:", "not YAML", ""),
    ("[{say: 台灯}]", "[]", "suite.yaml:22", "turns", ""),
]


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "cure"), WRONG, ids=[one[1].strip() or one[0] for one in WRONG]
)
def test_mistakes_name_line_and_cure(old: str, new: str, where: str, what: str, cure: str) -> None:
    assert old in GOOD
    with pytest.raises(SuiteError) as caught:
        read_suite(GOOD.replace(old, new, 1))
    message = str(caught.value)
    assert message.startswith(where), message
    assert what in message
    assert cure in message


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    levels = "\n".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]" for n in range(1, 12))
    with pytest.raises(SuiteError, match=r"suite\.yaml:\d+: more than 500,000 values"):
        read_suite(f"suite: bomb\nb0: &b0 [x]\n{levels}\n")


def test_a_long_chain_of_aliases_is_refused() -> None:
    chain = "\n".join(f"b{n}: &b{n} [*b{n - 1}]" for n in range(1, 980))
    with pytest.raises(SuiteError, match="aliases nested without end"):
        read_suite(f"b0: &b0 [x]\n{chain}\n")


@pytest.mark.parametrize("text", ["a: " + "[" * 200_000, "a: " + "{b: " * 200_000, "- " * 200_000])
def test_brackets_without_end_are_refused_at_once(text: str) -> None:
    with pytest.raises(SuiteError, match=r"suite\.yaml:1: "):
        read_suite(text)


def test_a_suite_that_is_too_long_is_refused() -> None:
    with pytest.raises(SuiteError, match="longer than"):
        read_suite("# " + "x" * 5_000_000)


def test_anchors_and_merges_save_writing() -> None:
    text = """\
suite: shop
catalog: shop
conversations:
  - name: one
    turns:
      - say: a lamp
        expect: &cheap {constraints_include: price < 50, shown: &few {at_most: 3, at_least: 1}}
  - name: two
    turns:
      - say: a chair
        expect:
          <<: *cheap
          shown: {<<: *few, at_least: 2}
"""
    suite = read_suite(text)
    shown = suite.conversations[1].turns[0].expect.shown
    assert shown is not None
    assert (shown.at_most, shown.at_least) == (3, 2)
    assert suite.conversations[1].turns[0].expect.constraints_include == ("price < 50",)
    assert suite.line(("conversations", 1, "turns", 0, "expect", "shown", "at_least")) == 13
    assert suite.line(("conversations", 1, "turns", 0, "expect", "constraints_include")) == 7


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words\n", "- a\n- b\n", "suite: \x01"])
def test_what_is_no_suite_at_all(text: str) -> None:
    with pytest.raises(SuiteError, match=r"suite\.yaml"):
        read_suite(text)


def test_a_missing_file_suggests_a_shipped_suite(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="nowhere"):
        load_suite(tmp_path / "nowhere.yaml")


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes(GOOD.encode("gbk"))
    with pytest.raises(SuiteError, match="UTF-8"):
        load_suite(tmp_path / "gbk.yaml")


def test_a_bound_suite_is_accepted(facts: CatalogFacts) -> None:
    asked: list[str] = []
    bind(read_suite(GOOD), lambda name: asked.append(name) or facts, ())
    assert asked == ["shop", "店"]


UNKNOWN = [
    ("tags = lamp", "tagz = lamp", "suite.yaml:13", "tagz"),
    ("price < 50\n", "price < cheap\n", "suite.yaml:12", "price"),
    ("seen: Clock", "seen: Clok", "suite.yaml:7", "'clock'"),
    ("question: [brand, price]", "question: [brnd]", "suite.yaml:14", "'brand'"),
    ("brand: {say", "brnd: {say", "suite.yaml:16", "'brand'"),
    ("brand != Borg", "maker != Borg", "suite.yaml:16", "maker"),
    ("lower_than_before: price", "lower_than_before: cost", "suite.yaml:13", "'cost'"),
    ("question: false,", "question: false, text: {matches: '('},", "suite.yaml:18", "does not compile"),
    ("turns: [{say: 台灯}]", "turns: [{say: 台灯}]\n    at_end: {never_shown: Klock}", "suite.yaml:23", "'clock'"),
]


@pytest.mark.parametrize(("old", "new", "where", "what"), UNKNOWN, ids=[one[1] for one in UNKNOWN])
def test_names_that_the_catalog_does_not_know(old: str, new: str, where: str, what: str, facts: CatalogFacts) -> None:
    assert old in GOOD
    with pytest.raises(SuiteError) as caught:
        bind(read_suite(GOOD.replace(old, new, 1)), lambda _: facts, ())
    assert str(caught.value).startswith(where), caught.value
    assert what in str(caught.value)


SIMULATED = """\
suite: people
catalog: shop
conversations:
  - {name: a word, tags: other, turns: [{say: hello}]}
simulations:
  - {name: readers, persona: patient}
  - name: buyers
    tags: bought
    persona: picky
    need: {must: [price <= 100], prefer: brand = Borg}
  - {name: owner, persona: seeker, item: Clock}
"""
UNMET = [
    ("persona: picky", "persona: piky", "suite.yaml:9: no persona 'piky'", "'picky'"),
    ("price <= 100", "prise <= 100", "suite.yaml:10", "'price'"),
    ("price <= 100", "price <= cheap", "suite.yaml:10", "price"),
    ("brand = Borg", "brnd = Borg", "suite.yaml:10", "'brand'"),
    ("price <= 100", "price <= 1", "suite.yaml:10: no item of the catalog meets the need", "`must`"),
    ("item: Clock", "item: Clok", "suite.yaml:11", "'clock'"),
    ("suite: people\ncatalog: shop", "suite: people\ncatalog: shp", "suite.yaml:2: no catalog", "'shop'"),
    ("persona: patient}", "persona: patient, catalog: shp}", "suite.yaml:6: no catalog", "'shop'"),
]


def shop_only(facts: CatalogFacts, name: str) -> CatalogFacts:
    if name != "shop":
        raise UnknownCatalogError(f"no catalog {name!r}.", cure="Did you mean 'shop'?")
    return facts


def test_simulated_people_are_accepted(facts: CatalogFacts) -> None:
    bind(read_suite(SIMULATED), lambda name: shop_only(facts, name), load_personas())


@pytest.mark.parametrize(("old", "new", "where", "what"), UNMET, ids=[one[1] for one in UNMET])
def test_people_who_cannot_be_simulated(old: str, new: str, where: str, what: str, facts: CatalogFacts) -> None:
    assert old in SIMULATED
    with pytest.raises(SuiteError) as caught:
        bind(read_suite(SIMULATED.replace(old, new, 1)), lambda name: shop_only(facts, name), load_personas())
    assert str(caught.value).startswith(where), caught.value
    assert what in str(caught.value)


def test_lines_of_people_chosen_by_a_tag_are_their_own(facts: CatalogFacts) -> None:
    (chosen,) = select_tagged([read_suite(SIMULATED.replace("picky", "piky"))], ["bought"])
    assert cases_of([chosen])[0].line == 7
    with pytest.raises(SuiteError, match=r"suite\.yaml:9: "):
        bind(chosen, lambda _: facts, load_personas())
