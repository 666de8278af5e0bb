"""What must hold after a turn, and of a conversation as a whole."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator

from ...graphs.understanding import Emotion, Intent
from ...tools.items import Language
from .fields import (
    Count,
    Emotions,
    Facets,
    Filters,
    FiltersOrNone,
    Intents,
    Items,
    Patterns,
    Rank,
    Refers,
    Spec,
    Texts,
    TextsOrNone,
    known_labels,
)


class Relative(Spec):
    """Each item shown lies below (or above) what was shown before on a numeric facet."""

    facet: Annotated[str, Refers.FACET]
    """Numeric facet: a price, a year."""
    item: Rank | None = None
    """Rank in the newest list of the item to compare with; without it, the median of that list."""


def _relative(value: Any) -> Any:
    return {"facet": value} if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return {"none": True} if value == "none" else value


RelativeSpec = Annotated[Relative, BeforeValidator(_relative, json_schema_input_type=str | Relative)]


class ShownExpectation(Spec):
    """What must hold of the items shown in a turn. Items are named by id or title."""

    satisfy: Filters = ()
    """Filters that every item shown must meet; `satisfy` and `any_satisfies` alone do not ask for an item."""
    any_satisfies: Filters = ()
    """Filters that at least one item shown must meet."""
    include: Items = ()
    """All of these are shown."""
    include_any: Items = ()
    """At least one of these is shown."""
    exclude: Items = ()
    """None of these is shown."""
    none: bool = False
    """Nothing is shown; `shown: none` for short."""
    at_least: Count | None = None
    """At least so many items."""
    at_most: Count | None = None
    """At most so many items."""
    differ_from_before: bool = False
    """No item that an earlier turn of the conversation showed."""
    lower_than_before: RelativeSpec | None = None
    """Each item lies below what was shown before on this numeric facet."""
    higher_than_before: RelativeSpec | None = None
    """Each item lies above what was shown before on this numeric facet."""
    explained: bool = False
    """Every item comes with at least one reason."""


QuestionSpec = bool | tuple[str, ...]


def _question(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ToolsExpectation(Spec):
    """Names of the tools called."""

    exactly: TextsOrNone = None
    """These and no others, each at least once, in any order."""
    include: Texts = ()
    """All of these, and maybe others."""
    only: TextsOrNone = None
    """No tool but these; not all of them need be called."""
    order: Texts = ()
    """These, each after the one before it; others may come between."""
    forbid: Texts = ()
    """None of these."""


class TextExpectation(Spec):
    """What the reply says. Case, width of letters and thousands separators do not matter."""

    contains: Texts = ()
    """All of these texts."""
    contains_any: Texts = ()
    """At least one of these texts."""
    not_contains: Texts = ()
    """None of these texts."""
    matches: Patterns = ()
    """Regular expressions, each found in the reply as it is."""
    not_matches: Patterns = ()
    """Regular expressions, none found in the reply as it is."""


class EmotionExpectation(Spec):
    """The feeling that was recognised in the message, and how the reply met it."""

    recognised: Emotions = ()
    """One of these; `emotion: sad` for short."""
    acknowledged: bool | None = None
    """Whether the reply says something to the feeling (true), or leaves it alone (false)."""
    not_cheered: bool = False
    """The reply does not cheer: no congratulation or delight, and no row of exclamation marks."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        known_labels("emotion", self.recognised, Emotion)
        return self


def _emotion(value: Any) -> Any:
    return {"recognised": value} if isinstance(value, str | list | tuple) else value


class ProfileFacts(Spec):
    """Statements about a profile: likes and dislikes are values or topics, items are ids or titles."""

    likes: Texts = ()
    """Values or topics the person likes."""
    dislikes: Texts = ()
    """Values or topics the person does not like."""
    liked: Items = ()
    """Items the person likes."""
    disliked: Items = ()
    """Items the person dislikes."""
    seen: Items = ()
    """Items the person has read, watched or owns."""
    chosen: Items = ()
    """Items the person bought or booked."""
    constraints: Filters = ()
    """Filters that hold in every conversation."""
    language: Language | None = None
    """The language the person prefers."""


class ProfileExpectation(Spec):
    """What is remembered of the person after a turn."""

    has: ProfileFacts = ProfileFacts()
    """All of this is remembered."""
    has_not: ProfileFacts = ProfileFacts()
    """None of this is remembered."""
    empty: bool | None = None
    """Whether nothing at all is remembered, the language aside."""


class Expectation(Spec):
    """What must hold after a turn; what is not stated is not checked, but for what is on unless switched off:
    `language`, `model_calls`, `grounded`, `reasons`, `policies`.
    """

    intent: Intents = ()
    """One of these."""
    language: Language | None = None
    """Of the reply; the conversation's language when not stated."""
    emotion: Annotated[
        EmotionExpectation | None,
        BeforeValidator(_emotion, json_schema_input_type=Emotion | tuple[Emotion, ...] | EmotionExpectation | None),
    ] = None
    """The feeling recognised (one of these), or what was recognised and how it was met."""
    constraints_include: Filters = ()
    """Filters in force: on the facets they name, the agent's hard constraints admit the same items of the catalog."""
    constraints_exactly: FiltersOrNone = None
    """As above, and no other facet is constrained by the person or the profile."""
    no_constraint_on: Facets = ()
    """Facets that no hard constraint of the person or the profile restricts."""
    shown: Annotated[
        ShownExpectation | None,
        BeforeValidator(_nothing, json_schema_input_type=ShownExpectation | Literal["none"] | None),
    ] = None
    """What must hold of the items shown."""
    question: Annotated[
        QuestionSpec | None,
        BeforeValidator(_question, json_schema_input_type=bool | str | tuple[str, ...] | None),
        Refers.FACET,
    ] = None
    """True, false, or the facets of which the question must be about one."""
    tools: ToolsExpectation | None = None
    """Which tools were called."""
    model_calls: Count = 2
    """At most so many."""
    text: TextExpectation | None = None
    """What the reply says."""
    profile: ProfileExpectation | None = None
    """What is remembered of the person afterwards."""
    grounded: bool = True
    """Every item shown exists under that title and meets the hard constraints in force and those stated here."""
    reasons: bool = True
    """Every reason given with an item is true of the item, of the person or of what was said."""
    policies: bool = True
    """The items shown keep the `policies` of the conversation."""
    latency_ms: Rank | None = None
    """At most so many milliseconds of wall clock. A slower turn is remarked on in the report and does not fail."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        known_labels("intent", self.intent, Intent)
        return self


class AtEnd(Spec):
    """What must hold of the conversation as a whole."""

    never_shown: Items = ()
    """Items that no turn showed."""
    shown_sometime: Items = ()
    """Items that each some turn showed."""
    satisfy: Filters = ()
    """Filters that every item met that any turn showed."""
    no_repeats: bool = False
    """No item is shown in two turns."""
    questions: Count | None = None
    """At most so many turns ask something."""
    tools: ToolsExpectation | None = None
    """Tools called in all the turns together."""
    model_calls: Count | None = None
    """At most so many in all."""
    profile: ProfileExpectation | None = None
    """What is remembered of the person after the last turn."""
    latency_ms: Rank | None = None
    """At most so many milliseconds for all turns together; remarked on, never failed."""
