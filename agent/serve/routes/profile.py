"""`/api/profile`: what is remembered of the person who asks: shown, exported, forgotten."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from ....tools.items import CatalogSchema, Language
from ....tools.profile.describe import describe
from ....tools.profile.model import UserProfile
from ..exporting import Exported, export_person
from ..forgetting import forget_person
from ..served import Served
from .asking import Person


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
    def show(user: Person, language: Language = "en") -> ShownProfile:
        """What is remembered, in sentences and as data."""
        profile = served.memory.load(user)
        return ShownProfile(statements=list(describe(profile, schemas, language)), profile=profile)

    @router.get("/export")
    async def export(user: Person, response: Response) -> Exported:
        """All that is stored of the person, their conversations included, as a file."""
        response.headers["Content-Disposition"] = 'attachment; filename="profile.json"'
        return await served.turns.aside(partial(export_person, served, user))

    @router.delete("")
    async def forget(
        user: Person, about: Annotated[str | None, Query(min_length=1, max_length=500)] = None
    ) -> Forgotten:
        """Forgets what `about` names; without it everything, the person's conversations included."""
        if about is None:
            return Forgotten(count=await forget_person(served, user))
        removed = await asyncio.to_thread(served.memory.forget, user, about, schemas=schemas)
        return Forgotten(statements=removed, count=len(removed))

    return router
