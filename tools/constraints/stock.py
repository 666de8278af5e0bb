"""What "in stock" means in the terms of a catalog."""

from __future__ import annotations

from ..items import Facet, FacetKind
from ..normalize import normalize
from .model import Constraint, Op, Source

_SOLD_OUT = ("out of stock", "sold out", "discontinued", "unavailable", "缺货", "售罄", "下架")
_WORDS = {"in stock": True, "available": True, "有货": True, "现货": True}
_WORDS |= {"out of stock": False, "sold out": False, "缺货": False, "没货": False, "售罄": False}


def stock_words(text: str) -> bool | None:
    """True for "in stock" and its like in both languages, False for "out of stock", None for anything else."""
    return _WORDS.get(normalize(text))


def stock_constraint(facet: Facet, *, there: bool = True, source: Source = Source.COMMAND) -> Constraint:
    """The condition that an item is in stock, or is not, on a facet with the role `stock`."""
    if facet.kind is FacetKind.NUMERIC:
        return Constraint(facet=facet.name, op=Op.GT if there else Op.LE, value=0.0, source=source)
    if facet.kind is FacetKind.BOOLEAN:
        return Constraint(facet=facet.name, op=Op.EQ, value=there, source=source)
    return Constraint(facet=facet.name, op=Op.NOT_IN if there else Op.IN, value=_SOLD_OUT, source=source)
