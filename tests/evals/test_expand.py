"""Variables, paraphrases and tags: one script becomes many conversations."""

from __future__ import annotations

import pytest
from langgraph_recommender.evals.suite import Suite, read_suite, select_tagged
from langgraph_recommender.tools.errors import SuiteError

HEAD = "suite: shop\ncatalog: shop\ntags: shop\nconversations:\n"
SCRIPT = (
    HEAD
    + """\
  - name: a {kind} on a budget
    vars: {kind: [lamp, chair], budget: [50, 80.5]}
    tags: [budget, "{kind}"]
    turns:
      - say: a {kind} under {budget}
        paraphrases: ["{kind} < {budget} pls", "{kind}, max {budget}"]
        expect:
          constraints_include: price < {budget}
          shown: {satisfy: "tags = {kind}", exclude: "{shown 2}"}
      - say: more
        paraphrases: what else
        expect: {text: {matches: "[0-9]{2}"}}
  - name: plain
    turns: [{say: "{budget} is not replaced where nothing is called so"}]
"""
)


def names(suite: Suite) -> list[str]:
    return [one.name for one in suite.conversations]


def test_every_combination_is_told() -> None:
    suite = read_suite(SCRIPT)
    assert len(suite.conversations) == 2 * 2 * 3 + 1
    assert names(suite)[:4] == [
        "a lamp on a budget [budget=50]",
        "a lamp on a budget [budget=50, said 2]",
        "a lamp on a budget [budget=50, said 3]",
        "a lamp on a budget [budget=80.5]",
    ]
    second = suite.conversations[1]
    assert [turn.say for turn in second.turns] == ["lamp < 50 pls", "what else"]
    assert second.turns[0].expect.constraints_include == ("price < 50",)
    assert second.turns[0].expect.shown is not None
    assert second.turns[0].expect.shown.exclude == ("{shown 2}",)
    assert second.turns[1].expect.text is not None
    assert second.turns[1].expect.text.matches == ("[0-9]{2}",)
    assert second.vars == {"kind": ("lamp",), "budget": (50,)}
    assert [turn.say for turn in suite.conversations[2].turns] == ["lamp, max 50", "more"]
    assert suite.conversations[-1].turns[0].say == "{budget} is not replaced where nothing is called so"


def test_lines_are_those_of_the_script() -> None:
    suite = read_suite(SCRIPT)
    assert {suite.line(("conversations", index)) for index in range(12)} == {5}
    assert suite.line(("conversations", 12)) == 17
    assert suite.line(("conversations", 7, "turns", 0, "expect", "shown")) == 13


def test_rows_tie_variables_together() -> None:
    script = HEAD + (
        "  - name: same wish\n"
        "    vars: [{language: en, words: a lamp, n: 2}, {language: zh, words: 台灯, n: 1}]\n"
        '    language: "{language}"\n'
        '    turns: [{say: "{words}", expect: {shown: {at_least: "{n}"}, grounded: true}}]\n'
    )
    english, chinese = read_suite(script).conversations
    assert (english.language, english.turns[0].say) == ("en", "a lamp")
    assert (chinese.language, chinese.turns[0].say) == ("zh", "台灯")
    assert chinese.turns[0].expect.shown is not None
    assert chinese.turns[0].expect.shown.at_least == 1
    assert chinese.name == "same wish [language=zh, words=台灯, n=1]"


def test_a_sample_is_drawn_by_seed() -> None:
    many = SCRIPT.replace("    tags:", "    sample: {count: 5, seed: SEED}\n    tags:")
    drawn = {seed: names(read_suite(many.replace("SEED", str(seed)))) for seed in (1, 2, 3)}
    assert all(len(one) == len(set(one)) == 6 for one in drawn.values())
    assert len({tuple(one) for one in drawn.values()}) > 1
    everything = names(read_suite(SCRIPT))
    for one in drawn.values():
        assert one == sorted(one, key=everything.index)
    assert names(read_suite(many.replace("SEED", "2"))) == drawn[2]


def test_a_huge_grid_may_be_sampled_but_not_told_in_full() -> None:
    grid = ", ".join(f"v{index}: [{', '.join(map(str, range(50)))}]" for index in range(8))
    says = " ".join(f"{{v{index}}}" for index in range(8))
    script = HEAD + f"  - name: grid\n    vars: {{{grid}}}\n    SAMPLE\n    turns: [{{say: '{says}'}}]\n"
    with pytest.raises(SuiteError, match=r"suite\.yaml:5: 39,062,500,000,000 combinations; .* 200 .*sample: 200"):
        read_suite(script.replace("    SAMPLE\n", ""))
    assert len(read_suite(script.replace("SAMPLE", "sample: 7")).conversations) == 7


WRONG = [
    ("say: a {kind} under {budget}", "say: a {kid} under {budget}", "suite.yaml:9", "{kid} is no variable", "'kind'"),
    ("kind: [lamp, chair]", "colour: [red], kind: [lamp, chair]", "suite.yaml:6", "'colour' is used nowhere", ""),
    ("[50, 80.5]", "[50, 50]", "suite.yaml:6", "'budget' has a value twice", "Keep one"),
    ("[50, 80.5]", "[]", "suite.yaml:6", "vars", "at least 1"),
    ("[50, 80.5]", "{a: 1}", "suite.yaml:6", "vars", ""),
    ("    tags: [", "    sample: 0\n    tags: [", "suite.yaml:7", "sample", ""),
    ("paraphrases: what else", "paraphrases: {a: b}", "suite.yaml:15", "paraphrases", "string"),
    ("paraphrases: what else", "paraphrases: [5]", "suite.yaml:15", "paraphrases", "quotes"),
    ("price < {budget}", "price < {budget}\n          intnet: refine", "suite.yaml:13", "'intnet'", "'intent'"),
    ("name: a {kind} on a budget", "name: plain", "suite.yaml:1", "two conversations are called 'plain'", ""),
]


@pytest.mark.parametrize(("old", "new", "where", "what", "cure"), WRONG, ids=[one[1].strip() for one in WRONG])
def test_mistakes_name_the_line_of_the_script(old: str, new: str, where: str, what: str, cure: str) -> None:
    assert old in SCRIPT
    text = SCRIPT.replace(old, new, 1)
    if new == "name: plain":
        text = text.replace("vars: {kind: [lamp, chair], budget: [50, 80.5]}", "").replace("{kind}", "a")
        text = text.replace("{budget}", "1").replace('        paraphrases: ["a < 1 pls", "a, max 1"]\n', "")
        text = text.replace("        paraphrases: what else\n", "")
    with pytest.raises(SuiteError) as caught:
        read_suite(text)
    message = str(caught.value)
    assert message.startswith(where), message
    assert what in message
    assert cure in message


def test_an_answer_has_no_paraphrases() -> None:
    with pytest.raises(SuiteError, match="`answer` has none"):
        read_suite(HEAD + "  - name: a\n    turns: [{answer: {else: no}, paraphrases: [nope]}]\n")


def test_tags_choose_conversations() -> None:
    suite = read_suite(SCRIPT)
    assert suite.conversations[0].tags == ("shop", "budget", "lamp")
    chairs = suite.tagged(["chair"])
    assert len(chairs.conversations) == 6
    assert {chairs.line(("conversations", index)) for index in range(6)} == {5}
    assert [len(one.conversations) for one in select_tagged([suite], ["chair", "lamp"])] == [12]
    assert [len(one.conversations) for one in select_tagged([suite], [])] == [13]
    other = read_suite(SCRIPT.replace("tags: shop", "tags: other"))
    assert select_tagged([suite, other], ["shop"]) == [suite.tagged(["shop"])]
    with pytest.raises(SuiteError, match=r"no conversation has the tag 'chairs'\. Did you mean 'chair'"):
        select_tagged([suite], ["chairs"])
