"""`/api/profile`: what is remembered of the person who asks: shown, exported, forgotten."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from ....tools.items import CatalogSchema, Language
from ....tools.profile.describe import describe
from ....tools.profile.model import UserProfile
from ..forgetting import forget_person
from ..served import Served
from .asking import User


class ShownProfile(BaseModel):
    """What is remembered."""

    statements: list[str]
    """In sentences that a person can read and check."""
    profile: UserProfile
    """The same as data."""


class Forgotten(BaseModel):
    """What is gone."""

    statements: list[str] = []
    """What was forgotten of it, when only some was to be."""
    count: int


def profile_routes(served: Served) -> APIRouter:
    """One's own profile."""
    router = APIRouter(prefix="/api/profile", tags=["profile"])
    schemas: dict[str, CatalogSchema] = {one.name: one.schema for one in (served.catalog, *served.catalog.members)}

    @router.get("")
    def show(user: User, language: Language = "en") -> ShownProfile:
        """What is remembered, in sentences and as data."""
        profile = served.memory.load(user)
        return ShownProfile(statements=list(describe(profile, schemas, language)), profile=profile)

    @router.get("/export")
    def export(user: User, response: Response) -> dict[str, Any]:
        """All that is stored of the person, as a file."""
        response.headers["Content-Disposition"] = 'attachment; filename="profile.json"'
        return served.memory.export(user)

    @router.delete("")
    async def forget(user: User, about: Annotated[str | None, Query(min_length=1, max_length=500)] = None) -> Forgotten:
        """Forgets what `about` names; without it everything, the person's conversations included."""
        if about is None:
            return Forgotten(count=await forget_person(served, user))
        removed = await asyncio.to_thread(served.memory.forget, user, about, schemas=schemas)
        return Forgotten(statements=removed, count=len(removed))

    return router
