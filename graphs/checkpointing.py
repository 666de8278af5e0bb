"""Which of our types a checkpoint may hold: a saver refuses or warns of any other."""

from __future__ import annotations

import copy
from dataclasses import is_dataclass
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel

from ..tools.constraints import Constraint, Op, Source
from ..tools.items import FacetRole
from ..tools.profile.model import FeedbackKind
from .briefs import Question, RecommendedItem, ReplyBrief
from .packing import PackingOnce, Prepared
from .pictures import stripped
from .state import (
    Candidate,
    Ground,
    GroundKind,
    Need,
    PictureProblem,
    Recommendation,
    SentPicture,
    ShownList,
    ToolCallRecord,
    TurnResult,
    WantedPicture,
)
from .understanding import Critique, Emotion, Intent, ItemFeedback, PlannedCall, ProfileRequest, TurnUnderstanding, Wish

_TYPES = (
    *(Candidate, Constraint, Critique, Emotion, FacetRole, FeedbackKind, Ground, GroundKind, Intent, ItemFeedback),
    *(Need, Op, PlannedCall, ProfileRequest, Question, Recommendation, RecommendedItem, ReplyBrief, ShownList, Source),
    *(ToolCallRecord, TurnResult, TurnUnderstanding, Wish, PictureProblem, SentPicture, WantedPicture),
)
CHECKPOINTED = tuple((one.__module__, one.__name__) for one in _TYPES)
"""(module, class) of every type in the state."""


def our_serializer() -> PackingOnce:
    """Reads our types and LangGraph's own, and no others. Keeps no pictures."""
    values = (one for one in _TYPES if issubclass(one, BaseModel) or is_dataclass(one))
    return PackingOnce(values, prepare=stripped, allowed_msgpack_modules=CHECKPOINTED)


def knowing_our_types(saver: BaseCheckpointSaver[Any]) -> BaseCheckpointSaver[Any]:
    """A saver over the same storage that reads our types and no others beside LangGraph's own.

    An encrypting serializer is kept, with our types allowed in it. No saver is handed the bytes of a picture.
    """
    plain = type(saver.serde) is JsonPlusSerializer
    ours = copy.copy(saver if plain else saver.with_allowlist(CHECKPOINTED))
    ours.serde = our_serializer() if plain else Prepared(ours.serde, stripped)
    return ours
