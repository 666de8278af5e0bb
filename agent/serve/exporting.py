"""All that is stored of a person, for themselves to keep."""

from __future__ import annotations

from pydantic import Field

from ...tools.profile.model import UserProfile
from .identity import thread_of
from .past import Conversation, conversation_of
from .served import Served


class Exported(UserProfile):
    """What is remembered of a person, and what they said and were answered."""

    conversations: list[Conversation] = Field(default_factory=list)


def export_person(served: Served, user: str) -> Exported:
    """What `forget_person` would delete."""
    places = {one: {"thread_id": thread_of(user, one)} for one in sorted(served.conversations.of(user))}
    read = [conversation_of(served.recommender, served.catalog, one, place) for one, place in places.items()]
    said = [one for one in read if one.turns]
    return Exported.model_validate({**served.memory.export(user), "conversations": said})
