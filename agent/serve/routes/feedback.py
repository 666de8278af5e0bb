"""`POST` and `DELETE /api/feedback`: like, dislike, seen it, more like this; and a verdict taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ..judging import FeedbackInput, FeedbackOutput, Lasting, TakenBackOutput, judge, take_back
from ..served import Served
from ..wire import LONGEST_ID, Text
from .asking import User


def feedback_routes(served: Served) -> APIRouter:
    """Verdicts on items."""
    router = APIRouter(prefix="/api/feedback", tags=["feedback"])

    @router.post("")
    async def feedback(said: FeedbackInput, user: User) -> FeedbackOutput:
        """Remembers what a person says of an item; the next list obeys it. Saying it twice counts once."""
        return await judge(served, user, said)

    @router.delete("")
    async def taken_back(
        item_id: Annotated[Text, Query(min_length=1, max_length=LONGEST_ID)],
        kind: Lasting,
        user: User,
        thread_id: Annotated[Text | None, Query(max_length=LONGEST_ID)] = None,
    ) -> TakenBackOutput:
        """Takes a verdict back, in the profile and in the conversation; an earlier one that it replaced stays gone."""
        return await take_back(served, user, kind, item_id, thread_id)

    return router
