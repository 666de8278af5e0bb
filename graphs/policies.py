"""Business rules as data: pushed down as filters where they can be, and checked once more by grounding."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..tools.constraints import Constraint, Op, Source, matches, parse_filter
from ..tools.constraints.stock import stock_constraint
from ..tools.errors import FilterError, SettingsError, did_you_mean
from ..tools.items import CatalogSchema, Facet, FacetRole, Item


class Policies(BaseModel):
    """The rules of the house. Every field has a safe default; a YAML file may hold any of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    exclude_consumed: bool = True
    """Items the person has read, watched or bought are not recommended again."""
    exclude_rejected: bool = True
    """Items the person disliked, or put off in this conversation, stay away."""
    in_stock: bool = True
    """Only items with stock, where the catalog says so."""
    block: tuple[str, ...] = ()
    """Item ids that are never shown."""
    block_where: tuple[str, ...] = ()
    """Filters whose items are never shown: `brand = Acme`."""
    require_where: tuple[str, ...] = ()
    """Filters that every item must meet: availability on the person's services, a region."""
    one_at_a_time: bool = False
    """Show one item per reply."""
    disclose_sponsored: bool = True
    """Say so when somebody paid for an item to be shown."""
    adult_from: int | None = Field(default=18, ge=1)
    """Minimum audience age that needs a confirmation; None switches the age gate off."""
    at_most_per: dict[str, int] = Field(default_factory=dict)
    """Quotas in one reply: {"brand": 2} shows at most two items of a brand."""
    diversity: float = Field(default=0.3, ge=0, le=1)
    """0 sorts by score alone, 1 by novelty among the shown items alone."""

    @classmethod
    def load(cls, path: Path) -> Policies:
        """Reads a YAML file. Raises SettingsError naming the file and the key."""
        try:
            values = yaml.safe_load(path.read_text("utf-8")) or {}
            if not isinstance(values, dict):
                raise SettingsError(f"{path} holds no rules.", cure="Write `key: value` lines, as in `in_stock: true`.")
            return cls.model_validate(values)
        except FileNotFoundError as error:
            raise SettingsError(f"There is no policy file {path}.", cure="Check the path.") from error
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read ({error.strerror}).", cure="Give a YAML file.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            cure = did_you_mean(where, list(cls.model_fields))
            raise SettingsError(f"{path}: {where}: {first['msg']}.", cure=cure) from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} is not YAML: {error}.", cure="Write `key: value` lines in UTF-8.") from error


def check(policies: Policies, schema: CatalogSchema) -> None:
    """Raises SettingsError for a rule that names a facet the catalog does not have."""
    for name in ("block_where", "require_where"):
        for text in getattr(policies, name):
            try:
                parse_filter(text, schema)
            except FilterError as error:
                raise SettingsError(f"Policy {name}: {error.message}", cure=error.cure) from error
    facets = [facet.name for facet in schema.facets]
    for name in policies.at_most_per:
        if name not in facets:
            raise SettingsError(f"Policy at_most_per: there is no facet {name!r}.", cure=did_you_mean(name, facets))


def stock_rule(schema: CatalogSchema) -> tuple[Constraint, ...]:
    """The filter "in stock" in the terms of the catalog; empty when the catalog does not say.

    Of several catalogs the items of one that does not say are in stock: out of stock is what is refused.
    """
    facets = _of_role(schema, FacetRole.STOCK)
    if schema.by_role(FacetRole.CATALOG):
        return tuple(_refused(stock_constraint(one, there=False, source=Source.POLICY)) for one in facets)
    return tuple(stock_constraint(one, source=Source.POLICY) for one in facets)


def _of_role(schema: CatalogSchema, role: FacetRole) -> list[Facet]:
    """The first facet of that role; of several catalogs all of them."""
    found = [one for one in schema.facets if one.role is role]
    return found if schema.by_role(FacetRole.CATALOG) else found[:1]


def _refused(out: Constraint) -> Constraint:
    """The opposite of "out of stock" that an item without a value meets too."""
    return out.model_copy(update={"op": Op.NOT_IN if out.op is Op.IN else Op.NE})


def required(policies: Policies, schema: CatalogSchema) -> tuple[Constraint, ...]:
    """The rules that are filters as constraints with source `policy`. Raises FilterError for an unknown facet."""
    filters = [one for text in policies.require_where for one in parse_filter(text, schema)]
    stock = stock_rule(schema) if policies.in_stock else ()
    return (*stock, *(one.model_copy(update={"source": Source.POLICY}) for one in filters))


def blocked(policies: Policies, schema: CatalogSchema, item: Item) -> bool:
    """Whether the block list holds the item, by id or by filter."""
    if item.id in policies.block:
        return True
    return any(
        all(matches(one, item.facets.get(one.facet)) for one in parse_filter(text, schema))
        for text in policies.block_where
    )


def blocked_ids(policies: Policies, schema: CatalogSchema, items: Iterable[Item]) -> frozenset[str]:
    """Ids of the catalog that the block list holds."""
    if not policies.block_where:
        return frozenset(policies.block)
    return frozenset(item.id for item in items if blocked(policies, schema, item))


def for_adults(policies: Policies, schema: CatalogSchema, item: Item) -> bool:
    """Whether the item needs a confirmed adult."""
    if policies.adult_from is None:
        return False
    values = [item.facets.get(facet.name) for facet in _of_role(schema, FacetRole.AGE)]
    return any(
        value if isinstance(value, bool) else isinstance(value, float | int) and value >= policies.adult_from
        for value in values
    )


def disclosures(policies: Policies, schema: CatalogSchema, item: Item) -> tuple[str, ...]:
    """What must be said with the item, as codes that the reply renders."""
    paid = any(item.facets.get(facet.name) is True for facet in _of_role(schema, FacetRole.SPONSORED))
    return ("sponsored",) if policies.disclose_sponsored and paid else ()
