"""Puts what a person does into words: from phrases, with typing errors, short when they are impatient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from ...tools.items import Item, Language
from ..facts import CatalogFacts
from ..generate.wording import Wording, phrases
from .acts import Act
from .leaking import leaks
from .personas import Persona
from .typos import mistype

_OTHER: dict[Language, Language] = {"en": "zh", "zh": "en"}
_STANDS_ALONE = "不要"
"""A condition that begins so is said as it is: 还要不要 asks whether."""
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Message:
    """What was typed, and whether it holds no typing error."""

    text: str
    plain: bool = True


class Voice(Protocol):
    """Whoever finds the words."""

    def say(self, acts: Sequence[Act], turn: int) -> Message:
        """The message of a turn, 1 is the first."""
        ...

    def hear(self, reply: str) -> None:
        """What the agent answered to it."""
        ...


@dataclass(frozen=True)
class PhraseVoice:
    """Words from the phrases that ship. `hidden` is the item whose title must not be told."""

    facts: CatalogFacts
    persona: Persona
    language: Language
    rng: Random
    hidden: Item | None = None

    def say(self, acts: Sequence[Act], turn: int) -> Message:
        """The message, said again in other words where it would tell the title."""
        said = self._message(acts, turn)
        for _ in range(_TRIES):
            if self.hidden is None or not leaks(said.text, self.hidden):
                break
            said = self._message(acts, turn)
        return said

    def hear(self, reply: str) -> None:
        """Phrases take no notice of what was answered."""

    def language_in(self, turn: int) -> Language:
        """What they write in that turn."""
        switch = self.persona.switches_language
        return _OTHER[self.language] if switch is not None and turn >= switch else self.language

    def _message(self, acts: Sequence[Act], turn: int) -> Message:
        language = self.language_in(turn)
        wording = Wording(self.facts, language, self.rng)
        terse = self.persona.terse_from is not None and turn >= self.persona.terse_from
        said = (", " if language == "en" else "，").join(_words(one, wording, terse=terse) for one in acts)
        typed = mistype(said, self.rng) if self.rng.random() < self.persona.typos else said
        return Message(typed, plain=typed == said)


def _words(act: Act, wording: Wording, *, terse: bool) -> str:
    if act.kind in ("open", "open_item"):
        return wording.opening(list(act.conditions), act.kind)
    if act.kind == "critique" and act.facet and act.facet.role:
        return wording.rng.choice(phrases(wording.language)["critique"][act.facet.role.value][act.direction])
    if act.kind == "answer" and act.conditions[0].form == "is":
        return _filled("answer", act, wording, wording.value(act.conditions[0]), terse=terse)
    said = wording.condition(act.conditions[0]) if act.conditions else ""
    if act.kind in ("answer", "refuse") or (said.startswith(_STANDS_ALONE) and act.kind in ("add", "insist")):
        return said
    return _filled(act.kind, act, wording, said, terse=terse)


def _filled(kind: str, act: Act, wording: Wording, said: str, *, terse: bool) -> str:
    known = phrases(wording.language)
    template = wording.rng.choice(known["terse"][kind] if terse and kind in known["terse"] else known[kind])
    nth = wording.nth(act.rank) if act.rank else ""
    words = known["join"].join(act.words)
    return template.format(condition=said, nth=nth, words=words, noun=wording.noun, plural=wording.plural)
