"""`POST /api/feedback`: like, dislike, seen it, more like this."""

from __future__ import annotations

from fastapi import APIRouter

from ..judging import FeedbackInput, FeedbackOutput, judge
from ..served import Served
from .asking import User


def feedback_routes(served: Served) -> APIRouter:
    """Verdicts on items."""
    router = APIRouter(prefix="/api/feedback", tags=["feedback"])

    @router.post("")
    async def feedback(said: FeedbackInput, user: User) -> FeedbackOutput:
        """Remembers what a person says of an item; the next list obeys it. Saying it twice counts once."""
        return await judge(served, user, said)

    return router
