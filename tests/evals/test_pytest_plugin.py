"""Suites as tests: pytest collects them when there is a target, and leaves YAML alone when there is none."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import langgraph_recommender.evals.cli  # noqa: F401 - pytester forgets what a run imports
import pytest
from langgraph_recommender.evals import pytest_plugin

pytest_plugins = ["pytester"]

AGENT = """
from langchain_core.messages import AIMessage

def agent(state):
    if "crash" in str(state):
        raise RuntimeError("out of order")
    return AIMessage("Good evening, this is what I would say to that.")
"""
SUITE = """\
suite: talk
catalog: groceries
tags: talk
conversations:
  - name: it answers {where}
    vars: {where: [home, work]}
    tags: "{where}"
    turns:
      - say: hello from {where}
        expect: {text: {contains: evening}, latency_ms: 1}
  - name: it says what it does not say
    turns:
      - say: hello
      - say: and now?
        expect: {text: {contains: good morning}}
  - name: it breaks
    turns: [{say: crash}]
"""


@pytest.fixture
def project(pytester: pytest.Pytester, home: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with an agent, a suite, and other YAML."""
    monkeypatch.setenv("RECOMMENDER_HOME", str(home))
    pytester.makepyfile(my_agent=AGENT)
    pytester.makefile(".suite.yaml", talk=SUITE)
    pytester.makefile(".yaml", settings="colour: red\n", named=SUITE)
    pytester.syspathinsert()
    return pytester


def test_pytest_finds_the_plugin_by_itself() -> None:
    (found,) = entry_points(group="pytest11", name="recommender")
    assert found.load() is pytest_plugin


def test_nothing_is_collected_without_a_target(project: pytest.Pytester) -> None:
    assert project.runpytest_inprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert project.runpytest_inprocess("named.yaml").ret == pytest.ExitCode.USAGE_ERROR


def test_suites_are_collected_and_other_files_are_not(project: pytest.Pytester) -> None:
    found = project.runpytest_inprocess("--collect-only", "-q", "--recommender-target", "my_agent:agent")
    assert found.outlines[:4] == [
        "talk.suite.yaml::it answers home",
        "talk.suite.yaml::it answers work",
        "talk.suite.yaml::it says what it does not say",
        "talk.suite.yaml::it breaks",
    ]
    tagged = project.runpytest_inprocess(
        "--collect-only", "-q", "--recommender-target", "my_agent:agent", "--recommender-tag", "work", "named.yaml"
    )
    assert tagged.outlines[0] == "named.yaml::it answers work"
    assert "1 test collected" in tagged.outlines[-1]


def test_a_target_may_stand_in_the_configuration(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nrecommender_target = my_agent:agent\n")
    project.runpytest_inprocess("--collect-only", "-q", "-k", "home").stdout.fnmatch_lines(["*1/4 tests collected*"])


def test_failures_read_like_the_report(project: pytest.Pytester, groceries: object) -> None:
    unknown = SUITE.replace("  - name: it breaks", "  - name: it breaks\n    at_end: {never_shown: Zorgle}")
    project.makefile(".suite.yaml", unknown=unknown)
    result = project.runpytest_inprocess("--recommender-target", "my_agent:agent", "-rA")
    result.assert_outcomes(passed=2, failed=6)
    result.stdout.fnmatch_lines(
        [
            "*talk.suite.yaml:11 it says what it does not say",
            "1. person: hello",
            "   agent: Good evening*",
            "2. person: and now?",
            "   E text.contains: expected good morning, got no 'good morning' in: Good evening*",
            "*RuntimeError: out of order*",
            "*unknown.suite.yaml:17: *'Zorgle'*",
        ]
    )
    result.stdout.no_fnmatch_line("*runtest*")


def test_workers_of_xdist_share_the_conversations(project: pytest.Pytester, groceries: object) -> None:
    result = project.runpytest_subprocess("--recommender-target", "my_agent:agent", "-n", "2", "talk.suite.yaml")
    result.assert_outcomes(passed=2, failed=2)


WRONG = [
    ("expect: {text", "expcet: {text", "*talk.suite.yaml:10: unknown key 'expcet'. Did you mean 'expect'?*"),
    ("turns: [{say: crash}]", "turns: [{say: crash}", "*talk.suite.yaml:*not YAML*"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=["unknown key", "not YAML"])
def test_a_wrong_suite_is_named_with_its_line(project: pytest.Pytester, old: str, new: str, said: str) -> None:
    project.makefile(".suite.yaml", talk=SUITE.replace(old, new, 1))
    result = project.runpytest_inprocess("--recommender-target", "my_agent:agent")
    assert result.ret != 0
    result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_unknown_target_says_what_there_is(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--recommender-target", "nonsense")
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["*no target 'nonsense'. Give `graph`, `module:object`*"])
