"""A talk of a simulated person with an agent: said, answered, judged by the catalog, and written down as an outcome."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from langchain_core.language_models import BaseChatModel

from ...tools.errors import SuiteError
from ...tools.items import Language
from ..checks import Failure, Moment, check_turn, not_judged
from ..facts import CatalogFacts
from ..generate.judging import violations
from ..outcome import Outcome, QuestionPut, SimulatedResult, TurnOutcome, Violation
from ..suite import Expectation, ProfileFacts
from ..suite.simulation import Simulation
from ..targets import Observed, Session, Target, UnsupportedError
from ..targets.raised import described
from .acts import Act
from .describing import Ground
from .drawing import draw_goal, goal_of_item, goal_of_need, liked_before, with_second_thoughts
from .goals import Goal
from .leaking import leaks
from .model_voice import ModelVoice
from .person import Person
from .personas import find_persona
from .voice import PhraseVoice, Voice


@dataclass
class _Talk:
    """A talk as far as it has gone."""

    person: Person
    voice: Voice
    session: Session
    given: ProfileFacts
    turns: list[TurnOutcome] = field(default_factory=list)
    questions: list[QuestionPut] = field(default_factory=list)
    found: list[Violation] = field(default_factory=list)
    leaked: bool = False
    success: int | None = None


def simulate(
    simulation: Simulation,
    number: int,
    target: Target,
    ground: Ground,
    *,
    model: BaseChatModel | None = None,
    file: str = "",
    line: int = 1,
    repeat: int = 1,
) -> Outcome:
    """The talk of one person of a simulation, `number` counted from 0.

    Seed and number draw the goal, so that it is the same in every language; repeat draws what is said of it anew.
    A `model` finds the words in the place of the phrases; what is true the goal decides all the same.
    Ends when an item that meets the goal is shown, when patience or budget run out, or when the target raises.
    """
    language = simulation.language or "en"
    try:
        persona, goal = find_persona(simulation.persona), goal_for(simulation, number, ground)
    except SuiteError as error:
        raise SuiteError(f"{file}:{line}: {error.message}" if file else error.message, cure=error.cure) from error
    person = Person(ground, persona, goal, Random(_seed(simulation, number, f"{repeat}/acts")))
    hidden = ground.facts.items.get(goal.target)
    words = Random(_seed(simulation, number, f"{repeat}/words"))
    phrased = PhraseVoice(ground.facts, persona, language, words, hidden)
    voice = ModelVoice.speaking(model, phrased) if model else phrased
    setting = _setting(simulation, number, goal, ground)
    talk = _Talk(person, voice, target.open(setting), setting.profile or ProfileFacts())
    budget = min(simulation.budget, persona.patience or simulation.budget)
    acts = person.open()
    while _exchange(talk, acts) and talk.success is None and len(talk.turns) < budget:
        acts = person.respond(_last(talk))
    return _outcome(talk, simulation, number, goal, file=file, line=line, repeat=repeat, language=language)


def goal_for(simulation: Simulation, number: int, ground: Ground) -> Goal:
    """What that person has in mind."""
    persona, rng = find_persona(simulation.persona), Random(_seed(simulation, number, "goal"))
    if simulation.need:
        goal = goal_of_need(ground, simulation.need)
    elif simulation.item:
        goal = goal_of_item(ground, ground.facts.items[ground.facts.ids(simulation.item)[0]], rng)
    else:
        goal = draw_goal(persona.goal, ground, rng)
    return with_second_thoughts(goal, ground, rng) if rng.random() < persona.changes_mind else goal


def _seed(simulation: Simulation, number: int, what: str) -> str:
    """The same in every language, and another for every persona, so that their needs differ."""
    return f"{simulation.seed}/{simulation.persona}/{number}/{what}"


def _setting(simulation: Simulation, number: int, goal: Goal, ground: Ground) -> Simulation:
    """Who the target hears: a person of their own, with a profile when the simulation gives likes."""
    user = f"{simulation.user or simulation.persona}-{number}"
    if not simulation.likes:
        return simulation.model_copy(update={"user": user})
    liked = liked_before(goal, ground, simulation.likes, Random(_seed(simulation, number, "likes")))
    profile = (simulation.profile or ProfileFacts()).model_copy(update={"liked": liked})
    return simulation.model_copy(update={"user": user, "profile": profile})


def _exchange(talk: _Talk, acts: tuple[Act, ...]) -> bool:
    """One message and its reply; False when there was no reply."""
    person, turn = talk.person, len(talk.turns) + 1
    message = talk.voice.say(acts, turn)
    said = message.text
    person.hear_oneself(acts, plainly=message.plain)
    hidden = person.ground.facts.items.get(person.goal.target)
    talk.leaked = talk.leaked or (hidden is not None and leaks(said, hidden))
    before = _last(talk) if talk.turns else None
    _note_question(talk, before, acts)
    try:
        observed = talk.session.say(said)
    except UnsupportedError:
        raise
    except Exception as error:  # the agent under evaluation is somebody else's code: whatever it raises is a finding
        talk.turns.append(TurnOutcome(said, None, (Failure("reply", "an answer", described(error)),)))
        return False
    talk.voice.hear(observed.reply)
    found = [*_violations(talk, observed, turn), *_disobeyed(acts, before, observed, turn, person.ground.facts)]
    talk.found += found
    talk.turns.append(_turn(talk, said, observed, found))
    talk.success = turn if person.see(observed) else None
    return True


def _turn(talk: _Talk, said: str, now: Observed, found: Sequence[Violation]) -> TurnOutcome:
    """What went wrong in it: items that break what was said, no words at all, reasons that are not true."""
    failures = [Failure("simulated", "no violation", f"{one.kind}: {one.detail}") for one in found]
    if not (now.reply.strip() or now.shown):
        failures.append(Failure("reply", "an answer", "an empty reply"))
    moment = _moment(talk, now, said)
    failures += check_turn(moment, ("reasons",))
    return TurnOutcome(said, now, tuple(failures), skipped=not_judged(moment, ("reasons",)))


def _moment(talk: _Talk, now: Observed, said: str) -> Moment:
    earlier = tuple(one.observed for one in talk.turns if one.observed)
    heard = (*(one.said for one in talk.turns), said)
    return Moment(talk.person.ground.facts, Expectation(), now, earlier, said=heard, given=talk.given)


def _violations(talk: _Talk, observed: Observed, turn: int) -> Iterator[Violation]:
    person = talk.person
    for one in violations(observed, person.ground.facts, person.constraints, person.rejected):
        yield Violation(turn, one.kind, one.item, one.detail)


def _disobeyed(
    acts: tuple[Act, ...], before: Observed | None, now: Observed, turn: int, facts: CatalogFacts
) -> Iterator[Violation]:
    """Items that do not lie beyond the middle of the list that was criticized."""
    for act in (one for one in acts if one.kind == "critique" and before):
        assert act.facet is not None, "a critique is about a facet"
        assert before is not None, "a critique is about items shown"
        sign = 1 if act.direction == "lower" else -1
        known = [value for one in before.shown if (value := _value(facts, one.id, act.facet.name)) is not None]
        bound = statistics.median(known) if known else None
        for one in now.shown:
            value = _value(facts, one.id, act.facet.name)
            if bound is not None and (value is None or sign * value >= sign * bound):
                detail = f"{one.title}: {act.facet.name} {value}, asked for {act.direction} than {bound:g}"
                yield Violation(turn, "does not follow the critique", one.id, detail)


def _value(facts: CatalogFacts, item_id: str, facet: str) -> float | None:
    item = facts.items.get(item_id)
    value = item.facets.get(facet) if item else None
    return float(value) if isinstance(value, int | float) else None


def _note_question(talk: _Talk, before: Observed | None, acts: tuple[Act, ...]) -> None:
    """How many items answered to what was said before the question, and how many do after the answer to it."""
    if before is None or before.question is None:
        return
    facts, said = talk.person.ground.facts, talk.person.constraints
    new = [one.constraint for act in acts for one in act.conditions]
    earlier = facts.admitted(one for one in said if one not in new)
    put = QuestionPut(len(talk.turns), before.question.facet, len(earlier), len(facts.admitted(said)))
    talk.questions.append(put)


def _last(talk: _Talk) -> Observed:
    observed = talk.turns[-1].observed
    assert observed is not None, "a talk ends with the first turn that has no reply"
    return observed


def _outcome(
    talk: _Talk,
    simulation: Simulation,
    number: int,
    goal: Goal,
    *,
    file: str,
    line: int,
    repeat: int,
    language: Language,
) -> Outcome:
    wanted = (goal.target,) if goal.target else tuple(sorted(talk.person.goal.wanted))
    return Outcome(
        suite=file,
        line=line,
        name=f"{simulation.name} {number + 1}",
        catalog=simulation.catalog,
        language=language,
        planned=simulation.budget,
        turns=tuple(talk.turns),
        tags=simulation.tags,
        repeat=repeat,
        seed=simulation.seed,
        simulated=SimulatedResult(
            persona=simulation.persona,
            wanted=wanted,
            success_turn=talk.success,
            questions=tuple(talk.questions),
            violations=tuple(talk.found),
            leaked=talk.leaked,
            phrased=talk.voice.fell_back if isinstance(talk.voice, ModelVoice) else 0,
        ),
    )
