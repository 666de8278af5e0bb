"""Random conversations with a target, judged by what the person said and not by what the agent understood."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from ...tools.items import Language
from ..facts import CatalogFacts
from ..suite import Setting
from ..targets import Observed, Session, Target
from .conditions import speakable
from .judging import Violation, violations
from .person import Person
from .wording import Wording

LANGUAGES: tuple[Language, ...] = ("en", "zh")
_FEWEST_TURNS, _MOST_TURNS = 2, 7


@dataclass(frozen=True, slots=True)
class RandomTurn:
    """One exchange: what was said, what came back, how many items fit all that the person said."""

    said: str
    observed: Observed
    fitting: int
    violations: tuple[Violation, ...]

    @property
    def failed(self) -> bool:
        """Whether the agent raised instead of answering."""
        return any(one.kind == "no answer" for one in self.violations)


@dataclass(frozen=True, slots=True)
class RandomTalk:
    """One random conversation. `seed` and `number` make it again."""

    catalog: str
    language: Language
    seed: int
    number: int
    turns: tuple[RandomTurn, ...]

    @property
    def violations(self) -> tuple[Violation, ...]:
        """All of them, in order."""
        return tuple(one for turn in self.turns for one in turn.violations)


def talks(
    target: Target,
    catalogs: Sequence[tuple[str, CatalogFacts]],
    *,
    count: int,
    seed: int,
    languages: Sequence[Language] = LANGUAGES,
) -> Iterator[RandomTalk]:
    """That many random conversations, over the catalogs and languages in turn."""
    for number in range(count):
        name, facts = catalogs[number % len(catalogs)]
        language = languages[(number // len(catalogs)) % len(languages)]
        yield talk(target, name, facts, language=language, seed=seed, number=number)


def talk(
    target: Target, catalog: str, facts: CatalogFacts, *, language: Language, seed: int, number: int
) -> RandomTalk:
    """The random conversation of that seed and number."""
    rng = Random(f"{seed}/{number}")
    person = Person(facts, speakable(facts), Wording(facts, language, rng), rng)
    session = target.open(Setting(name=f"random {number}", catalog=catalog, language=language, user=f"random-{number}"))
    said, turns = person.open(), list[RandomTurn]()
    for _ in range(rng.randint(_FEWEST_TURNS, _MOST_TURNS)):
        turns.append(_exchange(session, said, person))
        if turns[-1].failed:
            break
        said = person.reply(turns[-1].observed)
    return RandomTalk(catalog, language, seed, number, tuple(turns))


def _exchange(session: Session, said: str, person: Person) -> RandomTurn:
    try:
        observed = session.say(said)
    except Exception:  # the agent under evaluation is somebody else's code: whatever it raises is a finding
        return RandomTurn(said, Observed(""), 0, (Violation("no answer", "", traceback.format_exc(limit=-2)),))
    person.hear(observed)
    fitting = person.facts.admitted(person.constraints) - person.rejected
    found = tuple(violations(observed, person.facts, person.constraints, person.rejected))
    return RandomTurn(said, observed, len(fitting), found)
