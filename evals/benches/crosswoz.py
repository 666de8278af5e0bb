"""Chinese constraints: CrossWOZ's people talk of restaurants, and what the agent holds after each turn is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from ...tools.constraints import Constraint
from ...tools.items import FacetKind
from ...tools.normalize import normalize
from ...tools.ranking.metrics.intervals import mean_with_interval
from ..facts import CatalogFacts
from ..opened import OpenCatalogs
from ..suite import Setting
from ..targets.graph_target import GraphTarget
from .crosswoz_data import Dialogue, SaidTurn, ceilings, digest, read_dialogues, rules
from .figures import BenchReport, Figure, Options
from .slots import Judged, Slots, counts, exact, f1_with_interval, facet_lines, slots_of

CATALOG = "restaurants_zh"
_F1 = 0.80
Progress = Callable[[int, int], None]


class Heard(NamedTuple):
    """A turn, and the constraints in force after it."""

    dialogue: Dialogue
    turn: SaidTurn
    constraints: tuple[Constraint, ...]


def crosswoz(options: Options, progress: Progress) -> BenchReport:
    """Slot F1 after every turn and at the end of each goal, and whether what the agent would show holds the choice."""
    part = "val" if options.rehearse else "test"
    dialogues = read_dialogues(options.data, part)[: options.count]
    opened = OpenCatalogs()
    facts, target = opened.facts(CATALOG), GraphTarget(opened.catalog)
    goals = [goal for one in dialogues for goal in one.by_goal()]
    whole = replay(dialogues, target, progress)
    alone = _with_a_thread_each(
        whole, replay([goal for one in _several(dialogues) for goal in one.by_goal()], target, progress)
    )
    notes = [*_about(dialogues, goals, part), *_tables(whole, alone, facts, options.seed)]
    return BenchReport("crosswoz", tuple(_figures(whole, alone, facts)), options, tuple(notes))


def replay(dialogues: Sequence[Dialogue], target: GraphTarget, progress: Progress) -> list[Heard]:
    """Says every turn on restaurants to a fresh agent for each dialogue; the agent answers for itself."""
    heard: list[Heard] = []
    for done, dialogue in enumerate(dialogues, start=1):
        session = target.open(Setting(name=dialogue.id, catalog=CATALOG))
        heard += [Heard(dialogue, turn, session.say(turn.text).constraints) for turn in dialogue.turns]
        progress(done, len(dialogues))
    return heard


def _several(dialogues: Sequence[Dialogue]) -> list[Dialogue]:
    """Those with more than one restaurant goal."""
    return [one for one in dialogues if len(one.by_goal()) > 1]


def _with_a_thread_each(whole: Sequence[Heard], anew: Sequence[Heard]) -> list[Heard]:
    """A thread for each goal: that of the dialogue where it has one goal."""
    again = {one.dialogue.id for one in anew}
    return [*(one for one in whole if one.dialogue.id not in again), *anew]


def judged(heard: Sequence[Heard], wanted: Callable[[SaidTurn], Slots] = lambda turn: turn.stated) -> list[Judged]:
    """What was wanted and what was understood, after each turn."""
    return [Judged(one.dialogue.id, wanted(one.turn), slots_of(one.constraints, ceilings())) for one in heard]


def last_of_goals(heard: Sequence[Heard]) -> list[Heard]:
    """The last turn of each goal."""
    return list({(one.dialogue.id, one.turn.goal): one for one in heard}.values())


def matched_values(dialogues: Sequence[Dialogue], facts: CatalogFacts) -> list[Judged]:
    """A floor: every value of a text facet whose letters the person has written in this conversation."""
    values = _text_values(facts)
    found: list[Judged] = []
    for dialogue in dialogues:
        held: Slots = frozenset()
        for turn in dialogue.turns:
            held |= frozenset(_written(normalize(turn.text), values))
            found.append(Judged(dialogue.id, turn.stated, held))
    return found


def _text_values(facts: CatalogFacts) -> Mapping[str, str]:
    """Value -> facet, the longest first."""
    kinds = (FacetKind.CATEGORICAL, FacetKind.MULTI)
    named = [one.name for one in facts.schema.facets if one.kind in kinds]
    pairs = {
        normalize(value): name
        for name in named
        for item in facts.items.values()
        for value in _texts(item.facets.get(name))
    }
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def _written(text: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for value, facet in values.items():
        if value in text:
            text = text.replace(value, "\n")
            yield facet, value


def chosen(heard: Sequence[Heard], facts: CatalogFacts) -> list[tuple[Heard, str]]:
    """The last turn of each goal whose chosen restaurant is in the catalog, with its id."""
    found = [(one, facts.titles.get(normalize(one.dialogue.choices.get(one.turn.goal, "")))) for one in heard]
    return [(one, ids[0]) for one, ids in found if ids]


def _about(dialogues: Sequence[Dialogue], goals: Sequence[Dialogue], part: str) -> Iterator[str]:
    turns = sum(len(one.turns) for one in dialogues)
    yield (
        f"CrossWOZ {part}: {len(dialogues)} dialogues (ids {digest(list(dialogues))}), {len(goals)} restaurant goals, "
        f"{turns} turns on restaurants; the other turns are not said. The agent answers for itself"
    )
    yield "wanted: what the person has said so far of the goal in hand; understood: constraints in force, hard and soft"
    yield "mapping: " + "; ".join(f"{slot} -> {rule.facet} ({rule.kind})" for slot, rule in rules().items())


def _tables(whole: Sequence[Heard], alone: Sequence[Heard], facts: CatalogFacts, seed: int) -> Iterator[str]:
    ends, annotated = last_of_goals(whole), judged(whole, lambda turn: turn.annotated)
    worded = zip(annotated, (one.turn.stated for one in whole), strict=True)
    dialogues = list({one.dialogue.id: one.dialogue for one in whole}.values())
    rows: Mapping[str, list[Judged]] = {
        "after each turn, one thread a dialogue": judged(whole),
        "  at the end of each goal": judged(ends),
        "  beside the annotated state word for word": annotated,
        "after each turn, one thread a goal": judged(alone),
        "  what was said, beside the same (can't be beaten)": [
            Judged(one.group, one.wanted, said) for one, said in worded
        ],
        "floor: catalog values found in the text": matched_values(dialogues, facts),
        "floor: nothing": [Judged(one.group, one.wanted, frozenset()) for one in judged(whole)],
    }
    yield f"{'slot F1 (95% bootstrap over dialogues)':52}{'F1':26}{'P':>6}{'R':>7}{'all right':>11}"
    for name, held in rows.items():
        total = counts(held)
        interval = f"{f1_with_interval(held, seed):.3f}"
        yield f"{name:52}{interval:26}{total.precision:>6.3f}{total.recall:>7.3f}{exact(held):>11.3f}"
    yield from ("by facet, after each turn, one thread a dialogue", *facet_lines(judged(whole)))
    yield from _choice_lines(ends, facts, seed)


def _choice_lines(ends: Sequence[Heard], facts: CatalogFacts, seed: int) -> Iterator[str]:
    rows = chosen(ends, facts)
    held = [(item in facts.admitted(one.constraints), len(facts.admitted(one.constraints))) for one, item in rows]
    interval = mean_with_interval([float(found) for found, _ in held], seed)
    yield (
        f"the restaurant chosen in the end is among those that the agent's constraints admit: {interval:.3f} of "
        f"{len(rows)} goals; median {median(size for _, size in held):g} admitted of {len(facts.items)}"
    )
    yield f"  it meets what the person said (the highest that can be reached): {_meets(rows, facts):.3f}"


def _meets(rows: Sequence[tuple[Heard, str]], facts: CatalogFacts) -> float:
    """Share of the goals whose chosen restaurant has every slot that was said."""
    met = [all(_has(facts, item, slot) for slot in one.turn.stated) for one, item in rows]
    return sum(met) / max(len(met), 1)


def _has(facts: CatalogFacts, item: str, slot: tuple[str, str]) -> bool:
    value = facts.items[item].facets.get(slot[0])
    if isinstance(value, float | int):
        low, high = slot[1].split("..")
        return float(low or "-inf") <= value <= float(high or "inf")
    return slot[1] in {normalize(one) for one in _texts(value)}


def _figures(whole: Sequence[Heard], alone: Sequence[Heard], facts: CatalogFacts) -> Iterator[Figure]:
    after, ends = counts(judged(whole)), last_of_goals(whole)
    rows = chosen(ends, facts)
    yield Figure("slot F1 after each turn, one thread a dialogue", after.f1, at_least=_F1)
    yield Figure("slot F1 at the end of each goal", counts(judged(ends)).f1, at_least=_F1)
    yield Figure(
        "slot F1 beside the annotated state word for word", counts(judged(whole, lambda one: one.annotated)).f1
    )
    yield Figure("slot F1 after each turn, one thread a goal", counts(judged(alone)).f1)
    admitted = [item in facts.admitted(one.constraints) for one, item in rows]
    yield Figure("final choice admitted, share of goals", sum(admitted) / max(len(admitted), 1))
    yield Figure("final choice meets what was said, share of goals", _meets(rows, facts))
