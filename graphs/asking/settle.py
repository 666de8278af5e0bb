"""Holds what a hosted model understood against the catalog: what exists stays, titles become ids, the rest is noted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ...tools.catalog import Catalog
from ...tools.constraints import POSITIVE, Constraint, Op
from ...tools.constraints.parse import facet_key, facet_names
from ...tools.constraints.values import build_constraint
from ...tools.errors import FilterError
from ...tools.items import Facet, FacetKind
from ...tools.normalize import normalize
from ..briefs import UnderstandBrief
from ..understanding import TurnUnderstanding, Wish

_EVERYTHING = "*"
_BUILT_IN = {"search_catalog"}
"""Tools of the graph itself that any plan may call."""
_TELLING = re.compile(r"[^\W\d_]{4,}|[㐀-鿿]{2}")


def settle(
    said: TurnUnderstanding, brief: UnderstandBrief, catalog: Catalog, words: str = ""
) -> tuple[TurnUnderstanding, tuple[str, ...]]:
    """The understanding in the catalog's terms, and a note for everything that was changed or left out.

    A model knows only the ids of the brief: any other word where an id belongs is a title, or made up, unless it is
    the id of an item that the person's `words` name. A condition on a facet that does not exist becomes a wish, and a
    title that does not exist becomes a part of the query.
    """
    return _Settling(brief, catalog, words).settle(said)


class _Settling:
    """One message being settled; collects the notes."""

    def __init__(self, brief: UnderstandBrief, catalog: Catalog, words: str) -> None:
        self._words = normalize(words)
        self._shown = {one.id for one in (*brief.shown, *brief.shown_before)}
        self._tools = _BUILT_IN | {tool.name for tool in brief.tools}
        self._catalog = catalog
        self._notes: list[str] = []

    def settle(self, said: TurnUnderstanding) -> tuple[TurnUnderstanding, tuple[str, ...]]:
        constraints = [self._constraint(one) for one in said.constraints]
        similar = [(one, self._item(one)) for one in said.similar_to]
        query = " ".join([said.query, *self._unknown(similar, said.query)])
        value = said.model_copy(
            update={
                "constraints": tuple(one for one in constraints if isinstance(one, Constraint)),
                "wishes": (*map(self._wish, said.wishes), *(one for one in constraints if isinstance(one, Wish))),
                "relaxed": tuple(one if one == _EVERYTHING else key for one in said.relaxed if (key := self._key(one))),
                "critiques": tuple(
                    one.model_copy(update={"facet": key}) for one in said.critiques if (key := self._key(one.facet))
                ),
                "facets_asked": tuple(key for one in said.facets_asked if (key := self._key(one))),
                "references": self._items(said.references),
                "similar_to": tuple(dict.fromkeys(found for _, found in similar if found)),
                "feedback": tuple(
                    one.model_copy(update={"item_id": found})
                    for one in said.feedback
                    if (found := self._item(one.item_id))
                ),
                "plan": tuple(one for one in said.plan if self._planned(one.name)),
                "query": query.strip(),
            }
        )
        return value, tuple(self._notes)

    def _unknown(self, similar: Iterable[tuple[str, str]], query: str) -> Iterator[str]:
        """Titles that the person named and the catalog does not have: words to search by."""
        for title, found in similar:
            if not found and title not in query and (not self._words or normalize(title) in self._words):
                yield title

    def _constraint(self, said: Constraint) -> Constraint | Wish | None:
        facet = self._facet(said.facet)
        if facet is None:
            return self._as_wish(said)
        if not said.values or (said.op is Op.BETWEEN and len(said.values) != 2):
            self._notes.append(f"{said.facet} {said.op} has {len(said.values)} values")
            return None
        try:
            built = build_constraint(facet, said.op, [_written(value) for value in said.values])
        except FilterError as error:
            self._notes.append(error.message)
            return None
        built = built.model_copy(update={"hard": said.hard, "source": said.source})
        return built.model_copy(update={"value": _spelled(built, facet, self._catalog)})

    def _as_wish(self, said: Constraint) -> Wish | None:
        words = [one for one in said.values if isinstance(one, str)]
        return Wish(value=" ".join(words)) if words and said.op in {*POSITIVE, Op.CONTAINS} else None

    def _wish(self, said: Wish) -> Wish:
        return said.model_copy(update={"facet": self._key(said.facet)}) if said.facet else said

    def _facet(self, name: str) -> Facet | None:
        schema = self._catalog.schema
        found = schema.facet(name) or facet_names(schema).get(facet_key(name))
        if found is None:
            self._notes.append(f"the catalog has no facet {name!r}")
        return found

    def _key(self, name: str) -> str:
        if name == _EVERYTHING:
            return name
        facet = self._facet(name)
        return facet.name if facet else ""

    def _items(self, words: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found for one in words if (found := self._item(one))))

    def _item(self, word: str) -> str:
        """The id that is meant; empty, with a note, when there is no such item."""
        if word in self._catalog and (word in self._shown or self._named(word)):
            return word
        found = _titles(self._catalog, self._catalog.revision).get(normalize(word), "")
        if not found:
            self._notes.append(f"no item {word!r}")
        return found

    def _named(self, item_id: str) -> bool:
        """Whether the person's words hold a telling part of the item's title."""
        title = normalize(_short(self._catalog.item(item_id).title))
        parts = _TELLING.findall(title)
        return any(part in self._words for part in parts)

    def _planned(self, name: str) -> bool:
        if name not in self._tools:
            self._notes.append(f"no tool {name!r}")
        return name in self._tools


def _written(value: str | float | bool) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _spelled(
    constraint: Constraint, facet: Facet, catalog: Catalog
) -> str | float | bool | tuple[str | float | bool, ...]:
    """Values of words in the catalog's spelling: `Sci Fi` is `sci-fi`."""
    if facet.kind not in (FacetKind.CATEGORICAL, FacetKind.MULTI) or constraint.op is Op.CONTAINS:
        return constraint.value
    known = _spellings(catalog, catalog.revision, facet.name)
    values = tuple(known.get(facet_key(one), one) if isinstance(one, str) else one for one in constraint.values)
    return values if isinstance(constraint.value, tuple) else values[0]


@lru_cache(maxsize=64)
def _spellings(catalog: Catalog, revision: int, facet: str) -> dict[str, str]:  # noqa: ARG001 - part of the key
    return {facet_key(value): value for value in reversed(list(catalog.statistics(facet).counts))}


@lru_cache(maxsize=4)
def _titles(catalog: Catalog, revision: int) -> dict[str, str]:  # noqa: ARG001 - part of the key
    """Id by title, with and without what follows a bracket or a colon; the first item of a title has it."""
    whole = {normalize(item.title): item.id for item in reversed(catalog.items())}
    short = {normalize(_short(item.title)): item.id for item in reversed(catalog.items())}
    return short | whole


def _short(title: str) -> str:
    return title.split(" (")[0].split("（")[0].split(": ")[0]
