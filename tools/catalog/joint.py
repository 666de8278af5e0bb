"""`JointCatalog`: several catalogs searched, filtered and recommended from as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..constraints.evaluate import matches
from ..constraints.model import Constraint
from ..errors import CatalogError, FilterError, UnknownItemError, did_you_mean
from ..items import Facet, FacetKind, FacetValue, Item
from ..normalize import normalize
from .catalog import Catalog
from .embeddings import embedding_id
from .joint_schema import CATALOG, Naming, joint_schema
from .joint_search import found_together, quantiles
from .pictures.together import JointGallery
from .search.blend import Weights
from .search.columns import Columns
from .search.engine import SearchRequest, SearchResult
from .search.relaxation import Relaxation, nearest_relaxation
from .search.statistics import FacetStatistics, statistics

_WORDED = (FacetKind.CATEGORICAL, FacetKind.MULTI)


@dataclass(frozen=True)
class Member:
    """One catalog of a joint one, and what its parts are called there."""

    catalog: Catalog
    naming: Naming

    @property
    def prefix(self) -> str:
        """What its ids begin with."""
        return f"{self.naming.key}:"

    @cached_property
    def own_facets(self) -> dict[str, str]:
        """Facet of the joint schema -> its own."""
        return {joint: own for own, joint in self.naming.facets.items()}

    def own_constraints(self, constraints: Iterable[Constraint]) -> tuple[Constraint, ...] | None:
        """The hard constraints in its own terms; None when none of its items can meet them."""
        kept: list[Constraint] = []
        for one in (one for one in constraints if one.hard):
            if own := self.own_facets.get(one.facet):
                kept.append(one.model_copy(update={"facet": own}))
            elif not matches(one, self.naming.label if one.facet == CATALOG else None):
                return None
        return tuple(kept)


class JointCatalog(Catalog):
    """Several catalogs as one. It holds no vectors and no index of its own: every question goes to the members.

    Ids are those of the members after their names (`books:17`). The facet `catalog` says which one an item is in; a
    facet that several have under one name, kind, unit and role is one facet. A change of a member, also one made
    through the member itself, shows at the next call.

    Raises CatalogError for fewer than two catalogs, two of one name, or different embeddings.
    """

    def __init__(self, catalogs: Sequence[Catalog]) -> None:
        _check(catalogs)
        self.schema, named = joint_schema([one.schema.model_copy(update={"name": one.name}) for one in catalogs])
        self.name = self.schema.name
        self.embeddings = catalogs[0].embeddings
        self.problems = tuple(problem for one in catalogs for problem in one.problems)
        self.interactions = None
        self.joined = tuple(Member(catalog, naming) for catalog, naming in zip(catalogs, named, strict=True))
        self._by_key = {one.naming.key: one for one in self.joined}
        self.gallery = JointGallery(catalogs)
        self._kept_items: dict[str, tuple[Sequence[Item], tuple[Item, ...]]] = {}
        self._kept_all: tuple[tuple[tuple[Item, ...], ...], tuple[Item, ...]] | None = None

    @property
    def members(self) -> tuple[Catalog, ...]:
        """The catalogs that it joins, in the order given."""
        return tuple(one.catalog for one in self.joined)

    def home_of(self, item_id: str) -> tuple[Catalog, str]:
        """The catalog that an item lives in, and its id there. Raises UnknownItemError."""
        member, own = self._at_home(item_id)
        return member.catalog, own

    @property
    def revision(self) -> int:
        """Grows with every change of a member."""
        return sum(one.revision for one in self.members)

    @property
    def directory(self) -> None:
        """It is kept nowhere: its members are."""
        return

    @property
    def vectors(self) -> np.ndarray:
        """Shape (n, d), float32, unit rows, in the order of `items`: a copy, made at every call."""
        return np.concatenate([one.vectors for one in self.members])

    def __len__(self) -> int:
        return sum(map(len, self.members))

    def __contains__(self, item_id: object) -> bool:
        member, own = self._split(item_id) if isinstance(item_id, str) else (None, "")
        return member is not None and own in member.catalog

    def items(self) -> Sequence[Item]:
        """All items, those of the first catalog first."""
        parts = tuple(self._items_of(one) for one in self.joined)
        kept = self._kept_all
        if kept is None or any(own is not part for own, part in zip(kept[0], parts, strict=True)):
            kept = self._kept_all = (parts, tuple(item for part in parts for item in part))
        return kept[1]

    def item(self, item_id: str) -> Item:
        """One item. Raises UnknownItemError."""
        member, own = self._at_home(item_id)
        item = member.catalog.item(own)
        kept, row = self._items_of(member), member.catalog.position(own)
        if row < len(kept) and kept[row].id == item_id:
            return kept[row]
        return self._as_joint(member, item)

    def position(self, item_id: str) -> int:
        """Row of an item in `items` and `vectors`. Raises UnknownItemError."""
        member, own = self._at_home(item_id)
        before = self.members.index(member.catalog)
        return sum(map(len, self.members[:before])) + member.catalog.position(own)

    def positions(self, item_ids: Sequence[str]) -> np.ndarray:
        """Shape (len(item_ids),), int64: rows of many items at once. Raises UnknownItemError."""
        found = np.empty(len(item_ids), dtype=np.int64)
        for catalog, rows, own in self.by_home(item_ids):
            before = self.members[: self.members.index(catalog)]
            found[rows] = sum(map(len, before)) + catalog.positions(own)
        return found

    def vector_of(self, item_ids: Sequence[str]) -> np.ndarray:
        """Shape (len(item_ids), d). Raises UnknownItemError."""
        vectors = np.empty((len(item_ids), self.members[0].vector_of([]).shape[1]), dtype=np.float32)
        for catalog, rows, own in self.by_home(item_ids):
            vectors[rows] = catalog.vector_of(own)
        return vectors

    def by_home(self, item_ids: Sequence[str]) -> Iterator[tuple[Catalog, list[int], list[str]]]:
        """(catalog, places in `item_ids`, ids there) of every member that has some. Raises UnknownItemError."""
        at_home = [self._at_home(one) for one in item_ids]
        for member in self.joined:
            rows = [row for row, (home, _) in enumerate(at_home) if home is member]
            if rows:
                yield member.catalog, rows, [at_home[row][1] for row in rows]

    def spelled(self, facet: str, value: str) -> str:
        """A value of a facet as the joint catalog spells it: `Science Fiction` of one member is `science fiction`."""
        return self._spellings.get(facet, {}).get(normalize(value), value)

    def embed_query(self, text: str) -> np.ndarray:
        """Shape (d,), float32, unit length, read-only; the last queries are remembered."""
        return self.members[0].embed_query(text)

    def mask(self, constraints: Iterable[Constraint]) -> np.ndarray:
        """Shape (n,), bool: which items meet every hard constraint. Raises FilterError for an unknown facet."""
        wanted = self._known(constraints)
        return np.concatenate([_mask(one, wanted) for one in self.joined])

    @property
    def prior(self) -> np.ndarray:
        """Shape (n,), in [0, 1]: the standing of each item among those of its own catalog, as a quantile."""
        return np.concatenate([quantiles(one.prior) for one in self.members])

    def relaxation(self, constraints: Sequence[Constraint]) -> Relaxation | None:
        """The smallest change of one hard constraint after which some item fits. Raises FilterError."""
        wanted = {one.facet for one in self._known(constraints)}
        facets = tuple(one for one in self.schema.facets if one.name in wanted)
        return nearest_relaxation(
            Columns.build(self.items(), self.schema.model_copy(update={"facets": facets})), constraints
        )

    def statistics(self, facet: str, ids: Iterable[str] | None = None) -> FacetStatistics:
        """Counts and spread of a facet over some items or all. Raises FilterError and UnknownItemError."""
        items = self.items() if ids is None else [self.item(one) for one in ids]
        alone = self.schema.model_copy(update={"facets": (self._facet(facet),)})
        return statistics(Columns.build(items, alone), facet)

    def search(self, request: SearchRequest) -> SearchResult:
        """The best items for a request. Raises FilterError for an unknown facet, UnknownItemError for an unknown id."""
        self._known(request.constraints)
        return found_together(self, request)

    def weighing(self, weights: Weights) -> Callable[[SearchRequest], SearchResult]:
        """Raises CatalogError: weights are learned on the queries of one catalog."""
        raise CatalogError(f"Weights {weights} are learned on one catalog.", cure=f"Take {self.members[0].name} alone.")

    def refresh(self) -> None:
        """Takes in what other processes wrote."""
        for one in self.members:
            one.refresh()

    def warm(self) -> None:
        """Prepares what the first search needs."""
        for one in self.members:
            one.warm()
        self.items()

    def upsert(self, items: Iterable[Item]) -> None:
        """Adds or replaces items in the catalogs that their ids name. Raises as `Catalog.upsert` does."""
        put = [(self._at_home(item.id, known=False), item) for item in items]
        for member in self.joined:
            own = [_as_own(member, item, identifier) for (home, identifier), item in put if home is member]
            if own:
                member.catalog.upsert(own)

    def delete(self, ids: Iterable[str]) -> None:
        """Removes items. Raises UnknownItemError, and then removes none."""
        for catalog, _, own in list(self.by_home(list(ids))):
            catalog.delete(own)

    def close(self) -> None:
        """Closes the members."""
        for one in self.members:
            one.close()

    def _split(self, item_id: str) -> tuple[Member | None, str]:
        key, _, own = item_id.partition(":")
        return self._by_key.get(key), own

    def _at_home(self, item_id: str, *, known: bool = True) -> tuple[Member, str]:
        member, own = self._split(item_id)
        if member is None or (known and own not in member.catalog):
            keys = ", ".join(f"{one.prefix}..." for one in self.joined)
            raise UnknownItemError(
                f"No item has the id {item_id!r}.", cure=f"Use an id that a search returned; they begin with {keys}."
            )
        return member, own

    def _items_of(self, member: Member) -> tuple[Item, ...]:
        """The items of a member under their joint names; after a change those that changed are made anew."""
        own, key = member.catalog.items(), member.naming.key
        kept = self._kept_items.get(key)
        if kept is None or kept[0] is not own:
            known = {id(item): joint for item, joint in zip(*kept, strict=True)} if kept else {}
            kept = (own, tuple(known.get(id(item)) or self._as_joint(member, item) for item in own))
            self._kept_items[key] = kept
        return kept[1]

    def _as_joint(self, member: Member, item: Item) -> Item:
        facets: dict[str, FacetValue] = {CATALOG: member.naming.label}
        for own, value in item.facets.items():
            joint = member.naming.facets.get(own, own)
            spelling = self._spellings.get(joint)
            facets[joint] = _spelt(value, spelling) if spelling else value
        return replace(item, id=member.prefix + item.id, facets=facets)

    @cached_property
    def _spellings(self) -> dict[str, dict[str, str]]:
        """For facets of several members: normalized value -> the spelling of the first member that has it."""
        shared = [
            facet.name
            for facet in self.schema.facets
            if facet.kind in _WORDED and sum(facet.name in one.own_facets for one in self.joined) > 1
        ]
        return {
            name: {normalize(value): value for one in reversed(self.joined) for value in _values(one, name)}
            for name in shared
        }

    def _facet(self, name: str) -> Facet:
        facet = self.schema.facet(name)
        if facet is None:
            cure = did_you_mean(name, [one.name for one in self.schema.facets])
            raise FilterError(f"The catalog has no facet {name!r}.", cure=cure)
        return facet

    def _known(self, constraints: Iterable[Constraint]) -> tuple[Constraint, ...]:
        """The hard constraints. Raises FilterError when one is about a facet that no member has."""
        hard = tuple(one for one in constraints if one.hard)
        for one in hard:
            self._facet(one.facet)
        return hard


def _check(catalogs: Sequence[Catalog]) -> None:
    if len(catalogs) < 2:
        raise CatalogError(f"{len(catalogs)} catalogs cannot be joined.", cure="Give at least two.")
    for place, one in enumerate(catalogs):
        earlier = next((other for other in catalogs[:place] if other.name == one.name), None)
        if earlier is not None:
            same = earlier is one or earlier.directory == one.directory is not None
            raise CatalogError(
                f"The catalog {one.name!r} is given twice." if same else f"Two catalogs are called {one.name!r}.",
                cure="Give each catalog once."
                if same
                else "Rename a file, or give it a `name` of its own in a schema.",
            )
    models = {embedding_id(one.embeddings): one.name for one in catalogs}
    if len(models) > 1:
        told = ", ".join(f"{name} with {model}" for model, name in models.items())
        raise CatalogError(
            f"The catalogs were embedded by different models: {told}.", cure="Index them with the same embedding."
        )


def _mask(member: Member, constraints: Sequence[Constraint]) -> np.ndarray:
    own = member.own_constraints(constraints)
    return np.zeros(len(member.catalog), dtype=bool) if own is None else member.catalog.mask(own)


def _values(member: Member, facet: str) -> Iterable[str]:
    own = member.own_facets.get(facet)
    return reversed(list(member.catalog.statistics(own).counts)) if own else ()


def _spelt(value: FacetValue, spelling: dict[str, str]) -> FacetValue:
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(spelling.get(normalize(part), part) for part in value))
    return spelling.get(normalize(value), value) if isinstance(value, str) else value


def _as_own(member: Member, item: Item, identifier: str) -> Item:
    facets = {member.own_facets.get(name, name): value for name, value in item.facets.items() if name != CATALOG}
    return replace(item, id=identifier, facets=facets)
