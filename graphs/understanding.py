"""`TurnUnderstanding`: what one message of a person means, as a typed value that routing reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..tools.constraints import Constraint
from ..tools.items import Language
from ..tools.profile.model import FeedbackKind

WHICH = "which_"
"""Before a kind of feedback: the facet of the question which item that is said of."""


class Intent(StrEnum):
    """What the person wants of this turn."""

    RECOMMEND = "recommend"
    REFINE = "refine"
    FEEDBACK = "feedback"
    ITEM_QUESTION = "item_question"
    COMPARE = "compare"
    EXPLAIN = "explain"
    PROFILE = "profile"
    CHITCHAT = "chitchat"
    OUT_OF_SCOPE = "out_of_scope"


class Emotion(StrEnum):
    """The feeling the message shows."""

    NEUTRAL = "neutral"
    HAPPY = "happy"
    EXCITED = "excited"
    GRATEFUL = "grateful"
    SAD = "sad"
    STRESSED = "stressed"
    FRUSTRATED = "frustrated"
    CONFUSED = "confused"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Wish(_Part):
    """A soft preference said in this turn. `lasting` when it is about the person, not about this one need."""

    value: str
    facet: str = ""
    weight: float = Field(default=1.0, ge=-1, le=1)
    lasting: bool = False


class ItemFeedback(_Part):
    """What the person says of an item that was shown or that they name."""

    item_id: str
    kind: FeedbackKind
    reason: str = ""


class Critique(_Part):
    """A direction relative to what was shown: cheaper is ("price", "lower"), newer ("year", "higher")."""

    facet: str
    direction: Literal["lower", "higher", "different", "same"]


class PlannedCall(_Part):
    """One tool call of the plan; `arguments` is a JSON object in a string."""

    name: str
    arguments: str = "{}"


class ProfileRequest(_Part):
    """What the person asks of their own data."""

    action: Literal["show", "remember", "forget_one", "forget_all", "export", "shown_before"]
    target: str = ""
    """What to forget or remember, in the person's words."""


class TurnUnderstanding(_Part):
    """What the newest message of the person means, given the conversation so far."""

    intent: Intent
    language: Language
    emotion: Emotion = Emotion.NEUTRAL
    constraints: tuple[Constraint, ...] = ()
    """Conditions said in this turn; facets and values are those of the catalog."""
    relaxed: tuple[str, ...] = ()
    """Facets the person no longer cares about ("any brand"); "*" means all of them."""
    new_need: bool = False
    """True when the person asks for something else than before, so that earlier constraints no longer hold."""
    wishes: tuple[Wish, ...] = ()
    feedback: tuple[ItemFeedback, ...] = ()
    verdict: FeedbackKind | None = None
    """What is said of one item of a list without saying which: "seen it". With `feedback` it stays empty."""
    critiques: tuple[Critique, ...] = ()
    references: tuple[str, ...] = ()
    """Ids of the items the message is about: shown before ("the second one") or named by title."""
    similar_to: tuple[str, ...] = ()
    """Ids of items the person wants something like."""
    query: str = ""
    """What to search for, in the person's words without the constraints; empty when there is nothing to search by."""
    more: bool = False
    """True for "more", "what else", "next": continue with items not shown yet."""
    count: int | None = Field(default=None, ge=1, le=20)
    """How many items the person asked for."""
    facets_asked: tuple[str, ...] = ()
    """Facets an item question is about."""
    profile_request: ProfileRequest | None = None
    answer: Literal["yes", "no", ""] = ""
    """A bare yes or no to the question that was asked."""
    plan: tuple[PlannedCall, ...] = ()
    """Tool calls for this turn; empty means the default plan of the intent."""
    confidence: float = Field(default=1.0, ge=0, le=1)
