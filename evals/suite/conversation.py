"""A scripted conversation: who talks to what, and turn by turn what is said."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from ...graphs.policies import Policies
from ...tools.items import Language
from .expectation import AtEnd, Expectation, ProfileFacts
from .fields import Catalogs, Filters, Rank, Spec, Texts

Scalar = str | int | float | bool
"""Value of a variable."""


class Answer(Spec):
    """What the person answers when the question is about one facet, and what that answer means."""

    say: str
    """The answer."""
    means: Filters = ()
    """Filters that are in force afterwards, and that every item shown meets."""


def _spoken(value: Any) -> Any:
    return {"say": value} if isinstance(value, str) else value


AnswerSpec = Annotated[Answer, BeforeValidator(_spoken, json_schema_input_type=str | Answer)]


class Turn(Spec):
    """One message of the person and what must hold after the reply."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["say"]}, {"required": ["answer"]}]})

    say: str | None = None
    """The message. `{shown 2}` is the second item of the newest list, `{shown 2 price}` its price,
    `{turn 1 item 2}` the second item of the list that answered turn 1, `{budget}` a variable."""
    paraphrases: Texts = ()
    """Other ways to say it: the conversation is run once more for each, with the same expectations."""
    answer: dict[str, AnswerSpec] = Field(default_factory=dict)
    """Instead of `say`: by the facet that the last reply asked about; `else` for any other or none."""
    image: str = ""
    """Picture sent with the message: a path, counted from the folder of the suite."""
    new_thread: bool = False
    """The same person comes back and begins a new conversation with this message."""
    expect: Expectation = Expectation()
    """What must hold after the reply."""
    hope: Expectation | None = None
    """What would be good: checked in the same way, remarked on in the report when it does not hold, never failed."""

    @model_validator(mode="after")
    def _one_message(self) -> Self:
        if (self.say is None) == (not self.answer):
            raise ValueError("a turn has either `say` or `answer`")
        if self.answer and "else" not in self.answer:
            raise ValueError("`answer` needs an `else`, for when something else is asked")
        if self.answer and self.paraphrases:
            raise ValueError("`paraphrases` are other ways to `say` something; an `answer` has none")
        return self


class Setting(Spec):
    """Who talks to what: everything a target needs to open a session."""

    model_config = ConfigDict(json_schema_extra={"dependentRequired": {"profile": ["user"]}})

    name: str
    """Names the conversation in reports; no other of the suite is called so."""
    catalog: Catalogs = ""
    """The suite's when empty; a list of several is searched as one."""
    language: Language | None = None
    """Of the replies, unless a turn says otherwise; the suite's when not stated."""
    user: str = ""
    """Name of the person; without one nothing is remembered."""
    profile: ProfileFacts | None = None
    """What is known of the person before the first turn."""
    policies: Policies = Policies()
    """Rules of the house in this conversation."""
    tags: Texts = ()
    """Words to choose conversations by, beside those of the suite."""

    @model_validator(mode="after")
    def _somebody_to_remember(self) -> Self:
        if self.profile is not None and not self.user:
            raise ValueError("a profile belongs to somebody: name a `user`")
        return self


class Sample(Spec):
    """How many combinations of the variables are run instead of all."""

    count: Rank
    """So many, drawn without repetition."""
    seed: int = 1
    """Draws the same ones again."""


def _counted(value: Any) -> Any:
    return {"count": value} if isinstance(value, int) and not isinstance(value, bool) else value


def _several(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: one if isinstance(one, list | tuple) else [one] for name, one in value.items()}
    return value


Values = Annotated[tuple[Scalar, ...], Field(min_length=1)]
Rows = Annotated[tuple[dict[str, Scalar], ...], Field(min_length=1)]
Vars = Annotated[
    dict[str, Values] | Rows, BeforeValidator(_several, json_schema_input_type=dict[str, Scalar | Values] | Rows)
]
SampleSpec = Annotated[Sample, BeforeValidator(_counted, json_schema_input_type=Rank | Sample)]


class Conversation(Setting):
    """A scripted conversation of one person."""

    about: str = ""
    """What the conversation is for."""
    persona: str = ""
    """Who is talking, in a sentence: for the reader, and for the report."""
    vars: Vars = Field(default_factory=dict)
    """Variables: the conversation is run for every combination of `{budget: [500, 800], brand: [Oppo, Vivo]}`, or for
    every row of `[{kind: laptop, limit: 1500}, {kind: phone, limit: 300}]`. `{budget}` in any text is the value."""
    sample: SampleSpec | None = None
    """Draw so many of the combinations instead of running all."""
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    """What the person says, in order."""
    at_end: AtEnd = AtEnd()
    """What must hold of the conversation as a whole."""
