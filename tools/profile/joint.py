"""What is remembered of a person before several catalogs: kept per catalog, read as one.

Feedback and preferences are stored under the catalog that they are about, as a conversation about that catalog alone
stores them, so that each kind of conversation knows what was said in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from langgraph.store.base import BaseStore

from ..catalog import Catalog, JointCatalog
from ..catalog.joint import Member
from ..catalog.joint_schema import CATALOG
from ..constraints import Constraint, Op
from ..items import CatalogSchema
from ..normalize import normalize
from .memory import ProfileMemory
from .model import FeedbackKind, ItemEvent, LastingConstraint, Preference, UserProfile
from .records import Remembered

ContentT = TypeVar("ContentT", Preference, LastingConstraint)


def memory_for(memory: ProfileMemory, catalog: Catalog) -> ProfileMemory:
    """The memory as a conversation about the catalog uses it."""
    if not isinstance(catalog, JointCatalog) or isinstance(memory, JointMemory):
        return memory
    return JointMemory(memory.store, catalog)


class JointMemory(ProfileMemory):
    """A memory that speaks the names of a joint catalog and keeps those of its members."""

    def __init__(self, store: BaseStore, catalog: JointCatalog) -> None:
        super().__init__(store)
        self._catalog = catalog

    def load(self, user_id: str | None) -> UserProfile:
        """The profile of a user in the terms of the joint catalog. Raises StoreError."""
        return _as_joint(super().load(user_id), self._catalog)

    def add(self, user_id: str | None, contents: Mapping[str, Remembered]) -> int:
        """Adds many by their keys; returns how many store items were new."""
        return super().add(user_id, self._kept(contents))

    def renew(self, user_id: str | None, contents: Mapping[str, Remembered]) -> int:
        """Like `add`, but what a key held before is replaced, unless it was forgotten."""
        return super().renew(user_id, self._kept(contents))

    def forget(
        self,
        user_id: str | None,
        target: str,
        *,
        schemas: Mapping[str, CatalogSchema] | None = None,  # noqa: ARG002 - what is stored speaks of the members
    ) -> list[str]:
        """Forgets what `target` names, in whichever conversation it was said."""
        own = {one.name: one.schema for one in self._catalog.members}
        return super().forget(user_id, target, schemas=own)

    def take_back(self, user_id: str | None, kind: FeedbackKind, item_id: str, catalog: str) -> bool:
        """Takes back what was said of an item, in whichever conversation it was said. Raises UnknownItemError."""
        if catalog != self._catalog.name:
            return super().take_back(user_id, kind, item_id, catalog)
        home, own = self._catalog.home_of(item_id)
        return super().take_back(user_id, kind, own, home.name)

    def export(self, user_id: str | None) -> dict[str, Any]:
        """All that is stored of a user as it is stored, ready for JSON."""
        return super().load(user_id).model_dump(mode="json")

    def _kept(self, contents: Mapping[str, Remembered]) -> dict[str, Remembered]:
        return {name: part for key, content in contents.items() for name, part in _as_kept(key, content, self._catalog)}


def _as_joint(profile: UserProfile, catalog: JointCatalog) -> UserProfile:
    members = {one.catalog.name: one for one in catalog.joined}
    return profile.model_copy(
        update={
            "events": [_joint_event(one, members, catalog) for one in profile.events],
            "preferences": _merged(profile.preferences, members, _joint_preference(catalog), _subject),
            "constraints": _merged(profile.constraints, members, _joint_constraint(catalog), _condition),
        }
    )


def _joint_event(event: ItemEvent, members: Mapping[str, Member], catalog: JointCatalog) -> ItemEvent:
    member = members.get(event.catalog)
    if member is None:
        return event
    return event.model_copy(update={"item_id": member.prefix + event.item_id, "catalog": catalog.name})


def _merged(
    contents: Iterable[ContentT],
    members: Mapping[str, Member],
    translated: Callable[[ContentT, Member], ContentT],
    key: Callable[[ContentT], object],
) -> list[ContentT]:
    """Those of members in joint terms; what was kept for several of them counts once, as it was said last."""
    joint = [translated(one, members[one.catalog]) if one.catalog in members else one for one in contents]
    return list({key(one): one for one in joint}.values())


def _joint_preference(catalog: JointCatalog) -> Callable[[Preference, Member], Preference]:
    def translated(one: Preference, member: Member) -> Preference:
        facet = member.naming.facets.get(one.facet)
        if facet is None:
            return one
        value = catalog.spelled(facet, one.value)
        return one.model_copy(update={"facet": facet, "value": value, "catalog": catalog.name})

    return translated


def _joint_constraint(catalog: JointCatalog) -> Callable[[LastingConstraint, Member], LastingConstraint]:
    def translated(one: LastingConstraint, member: Member) -> LastingConstraint:
        facet = member.naming.facets.get(one.constraint.facet)
        if facet is None:
            return one
        own = one.constraint.model_copy(update={"facet": facet})
        return one.model_copy(update={"constraint": own, "catalog": catalog.name})

    return translated


def _subject(one: Preference) -> object:
    return one.catalog, one.facet, normalize(one.value), one.stated


def _condition(one: LastingConstraint) -> object:
    values = tuple(normalize(value) if isinstance(value, str) else value for value in one.constraint.values)
    return one.catalog, one.constraint.facet, one.constraint.op, values


def _as_kept(key: str, content: Remembered, catalog: JointCatalog) -> Iterator[tuple[str, Remembered]]:
    """(key, what is stored) for each catalog that something is about."""
    if content.catalog != catalog.name:
        yield key, content
    elif isinstance(content, ItemEvent):
        home, own = catalog.home_of(content.item_id)
        yield key, content.model_copy(update={"item_id": own, "catalog": home.name})
    else:
        holders = _about(content, catalog)
        for member in holders:
            name = key if len(holders) == 1 else f"{key}@{member.naming.key}"
            yield name, _own(content, member)
        if not holders:
            yield key, content


def _own(content: Preference | LastingConstraint, member: Member) -> Preference | LastingConstraint:
    name = member.catalog.name
    if isinstance(content, Preference):
        return content.model_copy(update={"facet": member.own_facets[content.facet], "catalog": name})
    own = content.constraint.model_copy(update={"facet": member.own_facets[content.constraint.facet]})
    return content.model_copy(update={"constraint": own, "catalog": name})


def _about(content: Preference | LastingConstraint, catalog: JointCatalog) -> list[Member]:
    """The members that have the facet, and of these the ones that have the value, if any has."""
    facet = content.facet if isinstance(content, Preference) else content.constraint.facet
    if facet == CATALOG:
        return []
    having = [one for one in catalog.joined if facet in one.own_facets]
    values = (content.value,) if isinstance(content, Preference) else content.constraint.values
    holding = [one for one in having if _holds(one, facet, [value for value in values if isinstance(value, str)])]
    return holding or having


def _holds(member: Member, facet: str, values: list[str]) -> bool:
    wanted = Constraint(facet=member.own_facets[facet], op=Op.IN, value=tuple(values))
    return bool(values) and bool(member.catalog.mask((wanted,)).any())
