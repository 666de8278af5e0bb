"""The state of one conversation. It holds item ids and small typed values, never catalog items or profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from langchain_core.messages import AnyMessage
from langgraph.channels import UntrackedValue
from langgraph.graph.message import add_messages
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ..tools.constraints import Constraint
from ..tools.items import Language
from ..tools.profile.model import FeedbackKind, UserProfile
from .briefs import Question, ReplyBrief
from .understanding import Emotion, Intent, TurnUnderstanding, Wish


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class WantedPicture(_Value):
    """A picture that the person sent, as what items are compared with: the picture itself is not kept."""

    encoder: str
    """`model_id` of the encoder that made the vector."""
    vector: str
    """Shape (p,), float16, Base64."""
    digest: str
    """Short hash of the file, to tell pictures apart."""


class PictureProblem(StrEnum):
    """Why a picture that was sent cannot be searched by."""

    UNREAD = "unread"
    NOT_INSTALLED = "not_installed"
    NONE_TO_COMPARE = "none_to_compare"
    """No item of the catalog has a picture."""


class SentPicture(_Value):
    """The pictures of the newest message, read."""

    wanted: WantedPicture | None = None
    problem: PictureProblem | None = None
    reason: str = ""
    """What was wrong with the file."""


class Need(_Value):
    """What the person wants right now, accumulated over the turns since the need came up."""

    constraints: tuple[Constraint, ...] = ()
    relaxed: tuple[str, ...] = ()
    """Facets the person said they do not care about: never asked again, lasting constraints on them rest."""
    wishes: tuple[Wish, ...] = ()
    query: str = ""
    similar_to: tuple[str, ...] = ()
    count: int | None = None
    picture: WantedPicture | None = None
    """What the items should look like."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item on the candidate bus: a light value, since a turn makes hundreds."""

    item_id: str
    score: float
    provenance: str
    """The tool that brought it."""
    contributions: Mapping[str, float] = field(default_factory=dict)
    """What the score is the sum of, by ranking part; empty before ranking."""


class GroundKind(StrEnum):
    """What can hold true of a recommended item."""

    FITS = "fits"
    FITS_WISH = "fits_wish"
    SIMILAR_TO = "similar_to"
    LIKED = "liked"
    KNOWN = "known"
    """Near to what the person has seen or looked at."""
    PREFERENCE = "preference"
    KINDRED = "kindred"
    """Near to the works of what the person likes, without being one of them."""
    CAME_UP = "came_up"
    """Goes with something that was named in the conversation, by what is known and what others were recommended."""
    QUERY = "query"
    RATED = "rated"
    POPULAR = "popular"
    OFTEN_CHOSEN = "often_chosen"
    """By the interactions that the ranker was fitted on."""
    LOOKS_LIKE = "looks_like"
    """The picture that the person sent."""
    LISTED = "listed"
    """Nothing more than being ranked among the first."""


class Ground(_Value):
    """One ground of a recommendation, free of any language."""

    kind: GroundKind
    constraints: tuple[Constraint, ...] = ()
    """Met by the item, for `fits` and `fits_wish`."""
    item_id: str = ""
    """What it is similar to, or what the person liked or knows."""
    value: str = ""


class Recommendation(_Value):
    """One item that is recommended, with true reasons."""

    item_id: str
    title: str
    score: float
    """Probability among the candidates of this turn, 0 to 1."""
    reasons: tuple[str, ...] = ()
    """In the language of the turn."""
    hinges_on: tuple[str, ...] = ()
    """Ids of liked items without which it would not have been in the list."""
    grounds: tuple[Ground, ...] = ()
    """What the reasons say, for another language or another screen."""
    disclosures: tuple[str, ...] = ()
    contributions: dict[str, float] = Field(default_factory=dict)


class ShownList(_Value):
    """The items of one earlier reply, in order."""

    turn: int
    items: tuple[Recommendation, ...]


class ToolCallRecord(_Value):
    """A tool call that was carried out in this turn."""

    name: str
    args: dict[str, str | int | float | bool | list[str] | None]


class TurnResult(_Value):
    """Everything about one turn; `chat --json` prints it."""

    reply: str
    intent: Intent
    language: Language
    emotion: Emotion
    recommendations: tuple[Recommendation, ...] = ()
    question: Question | None = None
    constraints: tuple[Constraint, ...] = ()
    """In force after this turn, from the person, the profile and the policies."""
    outcome: str = ""
    tool_calls: tuple[ToolCallRecord, ...] = ()
    picture: str = ""
    """Short hash of the picture that was searched by; empty without one."""
    model_calls: int = 0
    degraded: tuple[str, ...] = ()
    """What a hosted model failed at in this turn, and what took over."""
    latency_ms: float = 0.0


class RecommenderState(TypedDict, total=False):
    """Channels of the graph. Those of one turn are overwritten by `recall` when the next turn starts."""

    messages: Annotated[list[AnyMessage], add_messages]
    """What was said: human messages come in, one AI message goes out per turn."""
    earlier: list[str]
    """A line for each of the last exchanges whose messages have been dropped, at most 20."""
    need: Need
    feedback: dict[str, FeedbackKind]
    """Newest feedback per item in this conversation."""
    shown: list[ShownList]
    """Newest last, at most 20 lists."""
    in_focus: list[str]
    """Items that the last reply answered about, compared or explained; empty after a list of recommendations."""
    asked: Question | None
    """The question that the last reply asked."""
    asked_before: list[str]
    """Facets already asked about for this need."""
    adult_confirmed: bool | None
    turn_number: int
    recommendations: list[Recommendation]
    """Of this turn."""
    turn: TurnResult | None
    """Of this turn, once it has been answered."""

    understanding: TurnUnderstanding | None
    candidates: list[Candidate]
    """The candidate bus."""
    brief: ReplyBrief | None
    tool_calls: list[ToolCallRecord]
    model_calls: int
    degraded: list[str]
    notes: list[str]

    picture: SentPicture | None
    """Of the newest message."""
    picture_shown: Annotated[list[str], UntrackedValue]
    """The same as data URIs, for a model that can see. Never written to a checkpoint."""

    profile: Annotated[UserProfile, UntrackedValue]
    """Never written to a checkpoint, so that forgetting leaves nothing behind."""
    started: Annotated[float, UntrackedValue]
