"""A cause in a few words."""

from __future__ import annotations

from ..catalog import Catalog
from ..constraints import render
from ..profile.model import Preference
from .causes import AskedLike, Cause, FeedbackOn, Named, ShownPicture


def said_of(catalog: Catalog, cause: Cause) -> str:
    """The cause in a few English words."""
    if isinstance(cause, AskedLike):
        return f"like {catalog.item(cause.item_id).title}"
    if isinstance(cause, FeedbackOn):
        return f"feedback on {catalog.item(cause.item_id).title}"
    if isinstance(cause, ShownPicture):
        return "looks like the picture"
    if isinstance(cause, Named):
        return f"{cause.name} came up"
    if isinstance(cause, Preference):
        return f"likes {cause.value}" if cause.weight > 0 else f"does not like {cause.value}"
    return render(cause, catalog.schema, "en")
