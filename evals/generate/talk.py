"""Random conversations with a target, judged by what the person said and not by what the agent understood."""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from ...tools.constraints import Constraint, Op, matches
from ...tools.items import FacetValue, Language
from ...tools.normalize import normalize
from ..facts import CatalogFacts
from ..suite import Setting
from ..targets import Observed, Session, Target
from .conditions import speakable
from .person import Person
from .wording import Wording

Kind = Literal["not in the catalog", "breaks what was said", "shown again", "no answer"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_PUNCTUATION = re.compile(r"[\W_]+")
_FEWEST_TURNS, _MOST_TURNS = 2, 7


@dataclass(frozen=True, slots=True)
class Violation:
    """One item that should not have been shown, or the error that came instead of an answer."""

    kind: Kind
    item: str
    detail: str


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
    return RandomTurn(said, observed, len(fitting), tuple(_violations(observed, person)))


def _violations(observed: Observed, person: Person) -> Iterable[Violation]:
    for one in observed.shown:
        item = person.facts.items.get(one.id)
        if item is None:
            yield Violation("not in the catalog", one.id, one.title)
            continue
        if item.id in person.rejected:
            yield Violation("shown again", item.id, item.title)
        for constraint in person.constraints:
            if not _holds(constraint, item.facets.get(constraint.facet)):
                value = item.facets.get(constraint.facet)
                detail = f"{item.title}: {constraint.facet} {constraint.op} {constraint.value}, but it is {value}"
                yield Violation("breaks what was said", item.id, detail)


def _holds(constraint: Constraint, value: FacetValue | None) -> bool:
    """As the evaluator of constraints says; what differs in punctuation or accents alone the person meant too."""
    if matches(constraint, value):
        return True
    if constraint.op not in (Op.EQ, Op.IN) or value is None:
        return False
    held = {_bare(part) for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str)}
    return any(isinstance(wanted, str) and _bare(wanted) in held for wanted in constraint.values)


def _bare(text: str) -> str:
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", normalize(text)) if not unicodedata.combining(letter)
    )
    return _PUNCTUATION.sub("", plain)
