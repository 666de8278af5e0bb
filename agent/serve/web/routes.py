"""The page at `/`, its files below `/static/`, and the facts it opens with."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, HTTPException, Request, Response

from ..served import Served
from .facts import PageFacts, page_facts
from .files import INDEX, PageFile, page_files


def page_routes(served: Served) -> APIRouter:
    """`GET /`, `GET /static/{name}` and `GET /api/page`."""
    router, files = APIRouter(tags=["web chat"]), page_files()

    @lru_cache(maxsize=1)
    def facts_at(revision: int) -> PageFacts:  # noqa: ARG001 - they are the same until it grows
        return page_facts(served.catalog)

    @router.get("/", include_in_schema=False)
    def index(request: Request) -> Response:
        """The web chat."""
        return _answer(files[INDEX], request)

    @router.get("/static/{name}", include_in_schema=False)
    def static(name: str, request: Request) -> Response:
        """A file of the web chat."""
        if name not in files:
            raise HTTPException(404, "No such file.")
        return _answer(files[name], request)

    @router.get("/api/page")
    def facts() -> PageFacts:
        """What the web chat says of the catalog before anybody has asked."""
        return facts_at(served.catalog.revision)

    return router


def _answer(file: PageFile, request: Request) -> Response:
    """The file, or that the browser has it already."""
    headers = {"etag": file.tag, "cache-control": "no-cache"}
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
