"""Simulated people on the catalogs that ship: how soon they find what they have in mind, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...tools.items import Language
from ..opened import OpenCatalogs
from ..outcome import Outcome
from ..simulate import Ground, load_personas, simulate
from ..suite.simulation import Simulation
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Options
from .simulated_figures import Told, figures, notes

_CATALOGS = ("books", "products", "restaurants_zh")
_COUNT = 360
"""Talks of people without a profile, half of them in each language."""
_BUDGET, _LIKES = 5, 3
_LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class _Planned:
    simulation: Simulation
    number: int


def simulated(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Every persona on every catalog: the same people in English and in Chinese, then once more with a profile."""
    opened = OpenCatalogs()
    target, names = GraphTarget(opened.catalog), options.catalogs or _CATALOGS
    grounds = {name: Ground(opened.facts(name)) for name in names}
    plan, told = _plan(names, options.count or _COUNT, options.seed), list[Told]()
    for one in plan:
        outcome = simulate(one.simulation, one.number, target, grounds[one.simulation.catalog])
        told.append(_told(outcome, one, grounds[one.simulation.catalog]))
        progress(len(told), len(plan))
    return BenchReport("simulated", figures(told), options, notes(told))


def _plan(catalogs: tuple[str, ...], count: int, seed: int) -> list[_Planned]:
    """As many talks without a profile as asked for, and for half of them one more with one."""
    pairs = [(catalog, persona) for persona in load_personas() for catalog in catalogs]
    plan = list[_Planned]()
    for place in range(max(1, count // len(_LANGUAGES))):
        (catalog, persona), number = pairs[place % len(pairs)], place // len(pairs)
        plan += [_planned(catalog, persona, language, number, seed, likes=0) for language in _LANGUAGES]
        plan.append(_planned(catalog, persona, _LANGUAGES[place % 2], number, seed, likes=_LIKES))
    return plan


def _planned(catalog: str, persona: str, language: Language, number: int, seed: int, *, likes: int) -> _Planned:
    simulation = Simulation(
        name=persona,
        catalog=catalog,
        language=language,
        persona=persona,
        count=number + 1,
        seed=seed,
        budget=_BUDGET,
        likes=likes,
    )
    return _Planned(simulation, number)


def _told(outcome: Outcome, planned: _Planned, ground: Ground) -> Told:
    return Told(
        outcome,
        persona=planned.simulation.persona,
        goal=load_personas()[planned.simulation.persona].goal,
        number=planned.number,
        likes=planned.simulation.likes,
        catalog_size=len(ground.available),
    )
