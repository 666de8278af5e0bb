"""Are the suites that ship worth anything? Every mutant of the agent must be caught, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..mutants import MUTANTS, Caught, hunt, together
from ..opened import OpenCatalogs
from ..running import Case, cases_of, run_cases
from ..suite import Conversation, load_suite, shipped_suites
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Figure, Options

_CHECKS = 4


def mutants(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """The sound agent first, then each mutant, on the scripted conversations.

    With `count`, a mutant that so many conversations of each language have caught is not run against the rest.
    """
    opened, suites = OpenCatalogs(), [load_suite(path) for path in shipped_suites()]
    cases = [one for one in cases_of(suites, seed=options.seed) if isinstance(one.setting, Conversation)]
    target = GraphTarget(opened.catalog)
    passed = [one.passed for one in run_cases(cases, target, opened.facts)]
    found = []
    for done, mutant in enumerate(MUTANTS.values(), start=1):
        sound = GraphTarget(opened.catalog)
        by_language = (_of(cases, language) for language in ("en", "zh"))
        caught = [hunt(mutant, own, sound, opened.facts, enough=options.count) for own in by_language]
        found.append(together(caught))
        progress(done, len(MUTANTS))
    return BenchReport("mutants", tuple(_figures(passed, found)), options, tuple(map(_note, found)))


def _of(cases: Sequence[Case], language: str) -> list[Case]:
    return [one for one in cases if (one.setting.language or "en") == language]


def _figures(passed: list[bool], found: list[Caught]) -> Iterable[Figure]:
    yield Figure("conversations", len(passed))
    yield Figure("passed by the sound agent", sum(passed) / len(passed), at_least=1.0)
    yield Figure("mutants", len(found))
    yield Figure("caught", sum(bool(one.failed) for one in found), at_least=len(found))
    yield Figure("caught in both languages", sum(len(one.languages) == 2 for one in found), at_least=len(found))
    for one in found:
        yield Figure(f"{one.mutant.name}: conversations that caught it", len(one.failed), at_least=1)


def _note(one: Caught) -> str:
    checks = ", ".join(f"{name} {count}" for name, count in one.checks.most_common(_CHECKS))
    where = f"{', '.join(one.languages)}; {len(one.failed)} of {one.conversations}"
    return f"{one.mutant.name} ({one.mutant.about}): caught by {checks or 'nothing'}; {where}"
