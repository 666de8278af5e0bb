"""A chat model finds the words of a simulated person. What is true, and what is said when, the agenda decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from string import Template

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from ...tools.errors import ModelError
from ...tools.items import Item
from ..facts import CatalogFacts
from ..generate.wording import Wording
from .acts import Act
from .leaking import leaks, without_title
from .personas import Persona
from .voice import Message, PhraseVoice

_LONGEST, _LONGEST_HEARD = 500, 2_000
"""Characters of a message, and of a reply that is passed on."""
_TRIES = 2
_NAMES = {"en": "English", "zh": "Chinese"}
_SHORT, _USUAL = "as few words as possible, impatient", "as people type in a chat"


@dataclass
class ModelVoice:
    """Any chat model, given what to get across as plain phrases.

    It hears what the agent answers, and is never told the title of what is looked for.

    A message that tells the title all the same, or none at all, is asked for once more; then the plain phrases stand.
    """

    model: BaseChatModel
    facts: CatalogFacts
    persona: Persona
    plain: PhraseVoice
    hidden: Item | None = None
    talk: list[str] = field(default_factory=list)
    """What was said and answered so far, as the model is told it."""
    fell_back: int = 0
    """Messages for which the plain phrases stood in."""

    @classmethod
    def speaking(cls, model: BaseChatModel, plain: PhraseVoice) -> ModelVoice:
        """The model in the place of the phrases, for the same person."""
        clean = replace(plain, persona=plain.persona.model_copy(update={"typos": 0.0}))
        return cls(model, plain.facts, plain.persona, clean, plain.hidden)

    def say(self, acts: Sequence[Act], turn: int) -> Message:
        """The message. Raises ModelError when the model cannot be reached."""
        plain = self.plain.say(acts, turn)
        tries = (self._ask(plain.text, turn) for _ in range(_TRIES))
        written = next((one for one in tries if self._usable(one)), "")
        self.fell_back += not written
        self.talk.append(f"You: {written or plain.text}")
        return Message(written or plain.text)

    def hear(self, reply: str) -> None:
        """Passes the reply on, without the lines that tell the title."""
        told = without_title(reply, self.hidden) if self.hidden is not None else reply
        self.talk.append(f"Recommender: {told[:_LONGEST_HEARD]}")

    def _usable(self, text: str) -> bool:
        return 0 < len(text) <= _LONGEST and not (self.hidden is not None and leaks(text, self.hidden))

    def _ask(self, plain: str, turn: int) -> str:
        terse = self.persona.terse_from is not None and turn >= self.persona.terse_from
        wording = Wording(self.facts, self.plain.language_in(turn), Random(0))
        prompt = _template().substitute(
            plural=wording.plural,
            persona=self.persona.about,
            language=_NAMES[wording.language],
            style=_SHORT if terse else _USUAL,
            conversation="\n".join(self.talk) or "(it begins now)",
            acts=plain,
        )
        try:
            return self.model.invoke([HumanMessage(prompt)]).text.strip()
        except Exception as error:  # whatever a client of a hosted model raises
            raise ModelError(f"the model that plays the person failed: {error}.", cure="Check its address.") from error


def _template() -> Template:
    return Template((Path(__file__).parent / "prompts" / "simulated_user.md").read_text(encoding="utf-8"))
