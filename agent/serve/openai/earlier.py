"""Responses that were given before: shown again, or forgotten."""

from __future__ import annotations

from ....graphs.state import TurnResult
from ..cards import recommended_card
from ..wire import ChatOutput
from .answering import Answer
from .continuing import Continuing
from .errors import ApiError
from .frames import Json
from .markdown import emphasis
from .people import Person
from .places import Place
from .responses import Response


def retrieve(continuing: Continuing, person: Person, response_id: str) -> Json:
    """The response again, from the checkpoint that its turn ended in. Raises ApiError when it is gone."""
    place = _place(continuing, person, response_id)
    state = continuing.served.recommender.get_state({"configurable": place.configurable}).values
    turn = state.get("turn")
    if not isinstance(turn, TurnResult):
        raise _gone(response_id)
    rows = turn.recommendations
    answer = Answer(place.thread_id, emphasis(turn.reply, (one.title for one in rows)))
    cards = [recommended_card(one, continuing.served.catalog, turn.language) for one in rows]
    answer.output = ChatOutput(thread_id=place.thread_id, turn=turn, items=[one for one in cards if one])
    return Response(answer, place.created, id=response_id).as_json("completed")


def forget(continuing: Continuing, person: Person, response_id: str) -> Json:
    """Nothing follows on it any more. Raises ApiError when it is unknown."""
    _place(continuing, person, response_id)
    for room in continuing.rooms(person):
        continuing.places.drop(room, [response_id])
    return {"id": response_id, "object": "response", "deleted": True}


def _place(continuing: Continuing, person: Person, response_id: str) -> Place:
    found = continuing.response(person, response_id)
    if found is None:
        raise _gone(response_id)
    return found


def _gone(response_id: str) -> ApiError:
    return ApiError(404, f"There is no response {response_id[:80]!r}.", code="not_found")
