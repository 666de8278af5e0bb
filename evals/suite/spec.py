"""The format of a suite: conversations, their turns, and what must hold after each.

    suite: shopping
    catalog: products
    language: en
    conversations:
      - name: a laptop on a budget
        turns:
          - say: i need a laptop, max 1500 dollars
            expect:
              intent: recommend
              constraints_include: price <= 1500
              shown: {satisfy: category = laptops, at_least: 1}
          - say: not the second one
            expect:
              shown: {exclude: "{shown 2}"}

`{shown 2}` is the title of the second item of the newest list the person saw, `{shown 2 price}` its price,
`{turn 1 item 2}` the second item of the list that answered turn 1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ...graphs.policies import Policies
from ...graphs.understanding import Emotion, Intent
from ...tools.items import Language


def _listed(value: Any) -> Any:
    """One value may be written without the brackets of a list."""
    return value if isinstance(value, list | tuple) else [value]


def _listed_or_absent(value: Any) -> Any:
    return None if value is None else _listed(value)


class Refers(StrEnum):
    """What a text of a suite names in the catalog; checked before the suite runs."""

    FILTER = "filter"
    ITEM = "item"
    FACET = "facet"
    PATTERN = "pattern"


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Filters = Annotated[tuple[str, ...], BeforeValidator(_listed), Refers.FILTER]
Items = Annotated[tuple[str, ...], BeforeValidator(_listed), Refers.ITEM]
Facets = Annotated[tuple[str, ...], BeforeValidator(_listed), Refers.FACET]
Patterns = Annotated[tuple[str, ...], BeforeValidator(_listed), Refers.PATTERN]
Count = Annotated[int, Field(strict=True, ge=0)]


def _as_one(value: Any) -> Any:
    """Several catalogs as one name: [books, movies] is `books,movies`."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value


Catalogs = Annotated[str, BeforeValidator(_as_one)]


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Relative(_Spec):
    """Each item shown lies below (or above) what was shown before on a numeric facet."""

    facet: Annotated[str, Refers.FACET]
    item: Annotated[int, Field(strict=True, ge=1)] | None = None
    """Rank in the newest list of the item to compare with; without it, the median of that list."""


def _relative(value: Any) -> Any:
    return {"facet": value} if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return {"none": True} if value == "none" else value


RelativeSpec = Annotated[Relative, BeforeValidator(_relative)]


class ShownExpectation(_Spec):
    """What must hold of the items shown in a turn. Items are named by id or title."""

    satisfy: Filters = ()
    """Filters that every item shown must meet; `satisfy` and `any_satisfies` alone do not ask for an item."""
    any_satisfies: Filters = ()
    """Filters that at least one item shown must meet."""
    include: Items = ()
    include_any: Items = ()
    exclude: Items = ()
    none: bool = False
    at_least: Count | None = None
    at_most: Count | None = None
    differ_from_before: bool = False
    """No item that an earlier turn of the conversation showed."""
    lower_than_before: RelativeSpec | None = None
    higher_than_before: RelativeSpec | None = None


QuestionSpec = bool | tuple[str, ...]


def _question(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ToolsExpectation(_Spec):
    """Names of the tools called in a turn."""

    exactly: Annotated[tuple[str, ...] | None, BeforeValidator(_listed_or_absent)] = None
    """These and no others, each at least once, in any order."""
    include: Texts = ()
    forbid: Texts = ()


class TextExpectation(_Spec):
    """What the reply says. Case, width of letters and thousands separators do not matter."""

    contains: Texts = ()
    contains_any: Texts = ()
    not_contains: Texts = ()
    matches: Patterns = ()
    """Regular expressions, each searched for in the reply as it is."""


class ProfileFacts(_Spec):
    """Statements about a profile: likes and dislikes are values or topics, items are ids or titles."""

    likes: Texts = ()
    dislikes: Texts = ()
    liked: Items = ()
    disliked: Items = ()
    seen: Items = ()
    chosen: Items = ()
    constraints: Filters = ()
    """Filters that hold in every conversation."""
    language: Language | None = None


class ProfileExpectation(_Spec):
    """What is remembered of the person after a turn."""

    has: ProfileFacts = ProfileFacts()
    has_not: ProfileFacts = ProfileFacts()
    empty: bool | None = None
    """Whether nothing at all is remembered, the language aside."""


class Expectation(_Spec):
    """What must hold after a turn; what is not stated is not checked, but for `grounded` and `model_calls`."""

    intent: Texts = ()
    """One of these."""
    language: Language | None = None
    """Of the reply; the conversation's language when not stated."""
    emotion: Texts = ()
    """One of these."""
    constraints_include: Filters = ()
    """Filters in force: on the facets they name, the agent's hard constraints admit the same items of the catalog."""
    constraints_exactly: Annotated[tuple[str, ...] | None, BeforeValidator(_listed_or_absent), Refers.FILTER] = None
    """As above, and no other facet is constrained by the person or the profile."""
    no_constraint_on: Facets = ()
    """Facets that no hard constraint of the person or the profile restricts."""
    shown: Annotated[ShownExpectation | None, BeforeValidator(_nothing)] = None
    question: Annotated[QuestionSpec | None, BeforeValidator(_question), Refers.FACET] = None
    """True, false, or the facets of which the question must be about one."""
    tools: ToolsExpectation | None = None
    model_calls: Count = 2
    """At most so many."""
    text: TextExpectation | None = None
    profile: ProfileExpectation | None = None
    grounded: bool = True
    """Every item shown exists under that title and meets the hard constraints in force and those stated here."""

    @model_validator(mode="after")
    def _known_labels(self) -> Self:
        for name, given, kind in (("intent", self.intent, Intent), ("emotion", self.emotion, Emotion)):
            known = [one.value for one in kind]
            unknown = [one for one in given if one not in known]
            if unknown:
                raise ValueError(f"unknown {name} {unknown[0]!r}; known: {', '.join(known)}")
        return self


class Answer(_Spec):
    """What the person answers when the question is about one facet, and what that answer means."""

    say: str
    means: Filters = ()
    """Filters that are in force afterwards, and that every item shown meets."""


def _spoken(value: Any) -> Any:
    return {"say": value} if isinstance(value, str) else value


class Turn(_Spec):
    """One message of the person and what must hold after the reply."""

    say: str | None = None
    answer: dict[str, Annotated[Answer, BeforeValidator(_spoken)]] = Field(default_factory=dict)
    """Instead of `say`: by the facet that the last reply asked about; `else` for any other or none."""
    image: str = ""
    """Picture sent with the message: a path."""
    new_thread: bool = False
    """The same person comes back and begins a new conversation with this message."""
    expect: Expectation = Expectation()

    @model_validator(mode="after")
    def _one_message(self) -> Self:
        if (self.say is None) == (not self.answer):
            raise ValueError("a turn has either `say` or `answer`")
        if self.answer and "else" not in self.answer:
            raise ValueError("`answer` needs an `else`, for when something else is asked")
        return self


class AtEnd(_Spec):
    """What must hold of the conversation as a whole."""

    never_shown: Items = ()
    shown_sometime: Items = ()
    no_repeats: bool = False
    """No item is shown in two turns."""
    model_calls: Count | None = None
    """At most so many in all."""


class Setting(_Spec):
    """Who talks to what: everything a target needs to open a session."""

    name: str
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

    @model_validator(mode="after")
    def _somebody_to_remember(self) -> Self:
        if self.profile is not None and not self.user:
            raise ValueError("a profile belongs to somebody: name a `user`")
        return self


class Conversation(Setting):
    """A scripted conversation of one person."""

    about: str = ""
    """What the conversation is for."""
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    at_end: AtEnd = AtEnd()


class SuiteSpec(_Spec):
    """One suite file."""

    suite: str
    about: str = ""
    catalog: Catalogs = ""
    language: Literal["en", "zh"] = "en"
    conversations: Annotated[tuple[Conversation, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        names = [one.name for one in self.conversations]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"two conversations are called {twice!r}")
        homeless = next((one.name for one in self.conversations if not (one.catalog or self.catalog)), None)
        if homeless:
            raise ValueError(f"conversation {homeless!r} has no catalog, and the suite names none")
        return self
