"""What a chat model is told of the turn: typed, serialised as JSON into its system message.

A hosted model reads it as text, the offline model reads it back as the type: both get the same facts.
"""

from __future__ import annotations

import re
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ..tools.constraints import Constraint
from ..tools.items import FacetRole, FacetValue, Language
from .understanding import Emotion, Intent

PLENTY = 40
"""From here on "more fit" is all that is known: the candidate bus holds no more."""
_MARK = "turn-brief"
_BLOCK = re.compile(rf"<{_MARK} task=\"(\w+)\">\n(.*?)\n</{_MARK}>", re.DOTALL)
BriefT = TypeVar("BriefT", bound=BaseModel)


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FacetCard(_Fact):
    """A facet as the model sees it."""

    name: str
    kind: str
    role: str = ""
    unit: str = ""
    values: tuple[str, ...] = ()
    """The most frequent values of a categorical facet."""
    low: float | None = None
    high: float | None = None


class ShownItem(_Fact):
    """An item the person has seen in this conversation; `rank` counts from 1 within the newest list."""

    id: str
    title: str
    rank: int
    facets: dict[str, FacetValue] = Field(default_factory=dict)


class ToolCard(_Fact):
    """A tool of the integrator that the plan may call."""

    name: str
    description: str
    parameters: dict[str, str] = Field(default_factory=dict)
    """JSON type by parameter name."""


class UnderstandBrief(_Fact):
    """Everything needed to understand the newest message."""

    catalog: str
    noun: str
    facets: tuple[FacetCard, ...]
    shown: tuple[ShownItem, ...] = ()
    """The newest list, in the order it was shown."""
    shown_before: tuple[ShownItem, ...] = ()
    """Items of earlier lists, newest first, at most 20."""
    in_focus: tuple[str, ...] = ()
    """Ids of the items that the last reply was about, when it answered, compared or explained: "it", "that one"."""
    constraints: tuple[Constraint, ...] = ()
    """In force before this message."""
    asked_facet: str = ""
    """The facet of the question that the last reply asked, if it asked one."""
    asked_values: tuple[str, ...] = ()
    last_query: str = ""
    last_intent: Intent | None = None
    last_language: Language | None = None
    catalog_language: Language = "en"
    """What a message without words is answered in when it is the first."""
    tools: tuple[ToolCard, ...] = ()
    picture: bool = False
    """Whether a picture came with the message: what looks like it is searched for."""


class RecommendedItem(_Fact):
    """An item to talk about, with the facts and the reasons that may be said."""

    id: str
    title: str
    facets: dict[str, FacetValue]
    reasons: tuple[str, ...] = ()
    """Already in the language of the reply."""
    disclosures: tuple[str, ...] = ()
    text: str = ""


class Question(_Fact):
    """A clarifying question: about one facet, with the values it would split the candidates by."""

    facet: str
    label: str
    values: tuple[str, ...] = ()


class ReplyBrief(_Fact):
    """The facts of the reply. The reply says nothing else."""

    intent: Intent
    language: Language
    emotion: Emotion = Emotion.NEUTRAL
    noun: str
    plural: str = ""
    items: tuple[RecommendedItem, ...] = ()
    """For recommend, refine and feedback: what is recommended. For the others: what is talked about."""
    constraints: tuple[str, ...] = ()
    """In force, rendered in the language of the reply."""
    question: Question | None = None
    outcome: Literal[
        "recommended",
        "nothing_fits",
        "no_more",
        "answered",
        "compared",
        "explained",
        "profile_shown",
        "remembered",
        "forgotten",
        "forgotten_all",
        "nothing_to_forget",
        "exported",
        "no_memory",
        "history",
        "noted",
        "greeting",
        "thanks",
        "goodbye",
        "smalltalk",
        "capabilities",
        "out_of_scope",
        "need_reference",
        "which_one",
        "need_more",
        "tool_done",
        "tool_declined",
        "tool_failed",
        "age_gate",
        "empty_message",
        "picture_unused",
        "prompt_request",
    ]
    notes: tuple[str, ...] = ()
    """Further true statements to work in, already in the language: nearest relaxations, currency, what was noted."""
    facets_asked: tuple[str, ...] = ()
    facet_labels: dict[str, str] = Field(default_factory=dict)
    """Facet key -> its name in the language of the reply, for the facets of the items."""
    facet_units: dict[str, str] = Field(default_factory=dict)
    facet_roles: dict[str, FacetRole] = Field(default_factory=dict)
    """Facet key -> its role, so that a reply can say "costs", "by" or "newer" of any catalog."""
    profile: tuple[str, ...] = ()
    """What is remembered, a statement each."""
    more_available: int = 0
    """Further items that fit, exact below `PLENTY`."""
    variety: int = 0
    """Number of the turn; lets a template reply vary without being random."""


def embed_brief(task: str, brief: BaseModel) -> str:
    """The brief as a block for a system message. `<` is escaped, so that no text inside can end the block."""
    body = brief.model_dump_json(exclude_defaults=True).replace("<", "\\u003c")
    return f'<{_MARK} task="{task}">\n{body}\n</{_MARK}>'


def find_brief(text: str, task: str, kind: type[BriefT]) -> BriefT | None:
    """The brief of that task in a system message, or None."""
    for found in _BLOCK.finditer(text):
        if found.group(1) == task:
            return kind.model_validate_json(found.group(2))
    return None
