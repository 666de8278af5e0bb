"""Suites as tests: `pytest suites/ --recommender-target graph` runs every conversation of every `*.suite.yaml`.

Without a target, on the command line or as `recommender_target` in the configuration, no file is looked at.
Other YAML files are suites when they are named: `pytest suites/shop.yaml --recommender-target my_agent:graph`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # this module is read by every run of pytest: what it needs is imported when it is used
    from .facts import CatalogFacts
    from .opened import OpenCatalogs
    from .outcome import Outcome
    from .running import Case
    from .suite import Suite

_ENDINGS = (".suite.yaml", ".suite.yml")
_NAMED_ENDINGS = (".yaml", ".yml")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Everything that `recommender eval` takes and that means something here."""
    group = parser.getgroup("recommender", "conversations with a recommender")
    add = group.addoption
    add(
        "--recommender-target",
        default="",
        help="Collect suites as tests of this: graph, MODULE:OBJECT, URL, openai:MODEL.",
    )
    add("--recommender-model", default="offline", help="Chat model of our graph: offline, openai:NAME, ...")
    add("--recommender-base-url", default=None, help="Address of an OpenAI-compatible server.")
    add("--recommender-catalog", default="", help="Run every conversation on this catalog instead of its own.")
    add("--recommender-tag", action="append", default=[], help="Only conversations with this tag; may be repeated.")
    add("--recommender-timeout", type=float, default=120.0, help="Seconds that an agent has for one turn.")
    parser.addini("recommender_target", "Target that suites are tests of; none leaves YAML files alone.", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """A suite, when there is a target and the file is called like one or was named."""
    if not _target_name(parent.config):
        return None
    named = parent.session.isinitpath(file_path) and file_path.name.endswith(_NAMED_ENDINGS)
    if named or file_path.name.endswith(_ENDINGS):
        return SuiteFile.from_parent(parent, path=file_path)
    return None


class SuiteFile(pytest.File):
    """One suite; its items are its conversations and simulated people."""

    suite: Suite
    _checked = False

    def collect(self) -> Iterator[ConversationItem]:
        """Every conversation that the tags leave. Raises CollectError with file and line for a wrong suite."""
        from ..tools.errors import InputError  # noqa: PLC0415
        from .running import cases_of  # noqa: PLC0415

        try:
            self.suite = _chosen(self.path, self.config)
        except InputError as error:
            raise self.CollectError(str(error)) from error
        for case in cases_of([self.suite]):
            yield ConversationItem.from_parent(self, name=case.name, case=case)

    def check(self, facts: Callable[[str], CatalogFacts]) -> None:
        """Raises SuiteError for a name in the suite that its catalog does not know; looks once."""
        from .simulate import load_personas  # noqa: PLC0415
        from .suite import bind  # noqa: PLC0415

        if not self._checked:
            bind(self.suite, facts, load_personas())
            self._checked = True


class ConversationItem(pytest.Item):
    """One conversation, as a test."""

    parent: SuiteFile

    def __init__(self, *, case: Case, **given: Any) -> None:
        super().__init__(**given)
        self.case = case
        self.extra_keyword_matches.update(case.setting.tags)

    def runtest(self) -> None:
        """Talks. Raises NotHeld when an expectation does not hold; skips what the target cannot be put into."""
        bench = _bench(self.config)
        self.parent.check(bench.opened.facts)
        outcome = bench.run(self.case)
        spent = sum(turn.observed.latency_ms for turn in outcome.turns if turn.observed)
        self.user_properties.append(("latency_ms", round(spent)))
        remarked = [*(one for turn in outcome.turns for one in turn.remarks), *outcome.remarks_at_end]
        lines = [f"{one.check}: expected {one.expected}, got {one.got}" for one in remarked]
        if lines:
            self.add_report_section("call", "remarks", "\n".join(lines))
        if outcome.not_run:
            pytest.skip(outcome.not_run)
        if not outcome.passed:
            raise NotHeld(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The conversation with what did not hold, as in the report."""
        return _plainly(excinfo) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line (0 is the first) and name of the conversation."""
        return self.path, self.case.line - 1, self.name


class NotHeld(Exception):
    """A conversation in which something did not hold."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{len(outcome.failures)} expectations did not hold")
        self.outcome = outcome


class _Bench:
    """What the tests of one process share: the target and the catalogs, each opened once."""

    def __init__(self, opened: OpenCatalogs, run: Callable[[Case], Outcome]) -> None:
        self.opened = opened
        self.run = run


_BENCH = pytest.StashKey[_Bench]()


def _bench(config: pytest.Config) -> _Bench:
    if _BENCH not in config.stash:
        config.stash[_BENCH] = _opened_bench(config)
    return config.stash[_BENCH]


def _opened_bench(config: pytest.Config) -> _Bench:
    from .opened import OpenCatalogs  # noqa: PLC0415
    from .running.schedule import in_process  # noqa: PLC0415
    from .targets.guarded import GuardedTarget  # noqa: PLC0415
    from .targets.opening import TargetSpec, open_target  # noqa: PLC0415

    option = config.getoption
    timeout = float(str(option("--recommender-timeout")))
    model, base_url = option("--recommender-model"), option("--recommender-base-url")
    spec = TargetSpec(_target_name(config), str(model), base_url, timeout_s=timeout)
    opened = OpenCatalogs()
    target = GuardedTarget(open_target(spec, opened.catalog, opened.facts), timeout)
    return _Bench(opened, in_process(target, opened.facts))


def _target_name(config: pytest.Config) -> str:
    return config.getoption("--recommender-target") or config.getini("recommender_target")


def _chosen(path: Path, config: pytest.Config) -> Suite:
    from .suite import load_suite  # noqa: PLC0415

    suite, catalog = load_suite(path), config.getoption("--recommender-catalog")
    moved = suite.on_catalog(catalog) if catalog else suite
    tags = config.getoption("--recommender-tag")
    return moved.tagged(tags) if tags else moved


def _plainly(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """The failure in words; empty for what is a bug and needs its traceback."""
    from ..tools.errors import InputError  # noqa: PLC0415

    if isinstance(excinfo.value, NotHeld):
        return "\n".join(_told(excinfo.value.outcome))
    return str(excinfo.value) if isinstance(excinfo.value, InputError) else ""


def _told(outcome: Outcome) -> Iterator[str]:
    """The conversation turn by turn, each with what did not hold of it."""
    from .reporting.wording import failure_line  # noqa: PLC0415

    yield f"{outcome.suite}:{outcome.line} {outcome.name}"
    for number, turn in enumerate(outcome.turns, start=1):
        yield f"{number}. person: {turn.said}"
        if turn.observed:
            yield f"   agent: {turn.observed.reply}".replace("\n", "\n          ")
            shown = "; ".join(one.title for one in turn.observed.shown)
            yield from (f"   shown: {shown}",) if shown else ()
        yield from _marked(map(failure_line, turn.failures))
    yield from _marked(f"at the end: {failure_line(one)}" for one in outcome.at_end)


def _marked(lines: Iterable[str]) -> Iterator[str]:
    return (f"   E {line}" for line in lines)
