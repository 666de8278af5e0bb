"""Taking back what was said of one item: an opinion of it, or that the person has had it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .model import FeedbackKind, ItemEvent
from .records import Record

_OPINIONS = frozenset({FeedbackKind.LIKE, FeedbackKind.DISLIKE, FeedbackKind.NOT_NOW})
_HAD = frozenset({FeedbackKind.SEEN, FeedbackKind.CHOSEN})


def replaced_with(kind: FeedbackKind) -> frozenset[FeedbackKind]:
    """The kinds that go together: an older opinion does not come back when the newest one is taken back."""
    return next((group for group in (_OPINIONS, _HAD) if kind in group), frozenset({kind}))


def taken_back(
    records: Sequence[Record], kind: FeedbackKind, item_id: str, catalog: str
) -> Mapping[str, ItemEvent | None]:
    """By store key, what becomes of the events of that item: nothing, or what else they said ("read it, loved it")."""
    events = [(one.store_key, one.content) for one in records if isinstance(one.content, ItemEvent)]
    about = [(key, one) for key, one in events if (one.item_id, one.catalog) == (item_id, catalog)]
    group = replaced_with(kind)
    changed: dict[str, ItemEvent | None] = {key: _rest(one, group) for key, one in about if one.kind in group}
    if group is _HAD:
        opinions = [(key, one) for key, one in about if one.consumed and one.kind not in group]
        changed |= {key: one.model_copy(update={"consumed": False, "reason": ""}) for key, one in opinions}
    return changed


def _rest(event: ItemEvent, group: frozenset[FeedbackKind]) -> ItemEvent | None:
    if group is _HAD or not event.consumed:
        return None
    return event.model_copy(update={"kind": FeedbackKind.SEEN, "strength": 1.0, "reason": ""})
