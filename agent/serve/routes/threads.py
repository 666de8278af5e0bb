"""`GET` and `DELETE /api/threads/{thread_id}`: a conversation as it was, and its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from ..forgetting import forget_thread
from ..past import Conversation, conversation_of
from ..served import Served
from ..wire import LONGEST_ID, Text
from .asking import Person

ThreadId = Annotated[Text, Path(max_length=LONGEST_ID)]


def thread_routes(served: Served) -> APIRouter:
    """One's own conversations; anybody else's are unknown."""
    router = APIRouter(prefix="/api/threads", tags=["threads"])

    @router.get("/{thread_id}")
    async def read(thread_id: ThreadId, user: Person) -> Conversation:
        """What was said, to go on where one left off. A turn that runs is waited for."""
        return await served.turns.apart(
            user, thread_id, lambda recommender, place: conversation_of(recommender, served.catalog, thread_id, place)
        )

    @router.delete("/{thread_id}", status_code=204)
    async def delete(thread_id: ThreadId, user: Person) -> Response:
        """Deletes the conversation; what was remembered of the person stays, see `/api/profile`."""
        await forget_thread(served, user, thread_id)
        return Response(status_code=204)

    return router
