"""`/api/catalog`: search, items, pictures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from ....tools.catalog import SearchRequest
from ....tools.constraints import parse_filter
from ....tools.items import Language
from ....tools.normalize import well_formed
from ..cards import card_of
from ..pictures import picture_file
from ..served import Served
from ..wire import LONGEST_ID, Card

ItemId = Annotated[str, Path(max_length=LONGEST_ID)]
_LONGEST_QUERY = 1_000
_MOST_FOUND = 100
_CACHED = "private, max-age=3600"


class FoundCard(Card):
    """An item that was found."""

    score: float


class Found(BaseModel):
    """Items, best first."""

    items: list[FoundCard]
    fitting: int
    """How many items meet the conditions."""


def catalog_routes(served: Served) -> APIRouter:
    """The catalog, without a conversation."""
    router, catalog = APIRouter(prefix="/api/catalog", tags=["catalog"]), served.catalog

    @router.get("/search")
    def search(
        q: Annotated[str, Query(max_length=_LONGEST_QUERY)] = "",
        where: Annotated[str, Query(max_length=_LONGEST_QUERY)] = "",
        k: Annotated[int, Query(ge=1, le=_MOST_FOUND)] = 10,
        language: Language = catalog.schema.language,
    ) -> Found:
        """Items by words (`q`), by conditions such as `price<500 and brand=Apple` (`where`), or by both."""
        conditions = parse_filter(well_formed(where), catalog.schema) if where else ()
        found = catalog.search(SearchRequest(query=well_formed(q), constraints=conditions, k=k))
        cards = [(one, card_of(catalog.item(one.item_id), catalog, language)) for one in found.hits]
        return Found(items=[FoundCard(**dict(card), score=hit.score) for hit, card in cards], fitting=found.fitting)

    @router.get("/items/{item_id:path}/picture", response_class=Response)
    def picture(item_id: ItemId, request: Request) -> Response:
        """The picture of an item that the catalog holds as a file."""
        found = picture_file(catalog, item_id)
        headers = {"ETag": found.tag, "Cache-Control": _CACHED}
        if found.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.media_type, headers=headers)

    @router.get("/items/{item_id:path}")
    def item(item_id: ItemId, language: Language = catalog.schema.language) -> Card:
        """The card of an item."""
        return card_of(catalog.item(item_id), catalog, language)

    return router
