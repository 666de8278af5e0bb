"""Codes that stand for an item: model numbers in titles, identifiers such as EAN, MPN and SKU, ids of items.

Codes are compared by their letters and digits alone: `dv7-1211ea`, `DV7 1211 EA` and `DV71211EA` are one, and so are
a UPC and the EAN that has a zero before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import numpy as np

from ...items import CatalogSchema, FacetRole, Item
from ...normalize import normalize

_PIECE = re.compile(r"[a-z0-9]+(?:[-/._][a-z0-9]+)*")
_QUANTITY = re.compile(r"\d+[a-z]{1,5}")
_NEITHER = re.compile(r"[^a-z0-9]")
_SHORTEST, _SHORTEST_NUMBER, _SHORTEST_SPELLED = 4, 8, 6
"""Shorter ones are sizes, years and words."""
_MOST_PIECES, _SHORT = 3, 3
_MOST_HOLDERS = 8
"""A code that more items have in their title is a property, such as 1080p, and leaves the order to other evidence."""


def code_table(items: Sequence[Item], schema: CatalogSchema) -> tuple[np.ndarray, np.ndarray]:
    """Hashes (c,), uint64, ascending, of every code of n items, and the row (c,), int32, of each."""
    identifiers = [facet.name for facet in schema.facets if facet.role is FacetRole.IDENTIFIER]
    found = [(digest, row) for row, item in enumerate(items) for digest in _digests(item, identifiers)]
    hashes = np.array([digest for digest, _ in found], dtype=np.uint64)
    rows = np.array([row for _, row in found], dtype=np.int32)
    order = np.lexsort((rows, hashes))
    return hashes[order], rows[order]


def rows_of_codes(query: str, hashes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Ascending rows of the items for which some code in a query stands; those of the longest code alone."""
    for code in _spoken(query):
        digest = _digest(code)
        first, last = np.searchsorted(hashes, digest, "left"), np.searchsorted(hashes, digest, "right")
        holders = np.unique(rows[first:last])
        if 0 < len(holders) <= _MOST_HOLDERS:
            return holders
    return rows[:0]


def _spoken(query: str) -> list[str]:
    """The codes that a query may hold, longest first: the whole of it, neighbouring pieces, single ones."""
    joined = {_joined([query.casefold()])} | set(_in_text(query))
    spelled = {_joined([piece]) for piece in _PIECE.findall(normalize(query)) if not piece.isalnum()}
    codes = {*filter(_is_code, joined), *filter(_is_spelled, spelled)}
    return sorted(codes, key=lambda code: (-len(code), code))


def _digests(item: Item, identifiers: Iterable[str]) -> set[int]:
    values = [item.facets.get(name) for name in identifiers]
    said = [item.id, *(part for one in values if one for part in (one if isinstance(one, tuple) else (str(one),)))]
    named = {_joined([one.casefold()]) for one in said}
    codes = {*filter(_is_code, {*named, *_in_text(item.title)}), *filter(_is_spelled, named)}
    return {_digest(code) for code in codes}


def _in_text(text: str) -> Iterator[str]:
    """Single pieces, and up to three neighbouring ones that each have a digit or are as short as DV or EA; no 16GB."""
    pieces = [found.group() for found in _PIECE.finditer(normalize(text))]
    for at in range(len(pieces)):
        for end in range(at + 1, min(at + _MOST_PIECES, len(pieces)) + 1):
            run, code = pieces[at:end], _joined(pieces[at:end])
            short = all(len(one) <= _SHORT or any(map(str.isdigit, one)) for one in run)
            if (len(run) == 1 or short) and not _QUANTITY.fullmatch(code):
                yield code


def _joined(pieces: Iterable[str]) -> str:
    code = _NEITHER.sub("", "".join(pieces))
    return code.lstrip("0") if code.isdigit() else code


def _is_code(code: str) -> bool:
    if code.isdigit():
        return len(code) >= _SHORTEST_NUMBER
    return len(code) >= _SHORTEST and any(map(str.isdigit, code)) and any(map(str.isalpha, code))


def _is_spelled(code: str) -> bool:
    """Letters alone, as in the SKU TEE-RED-XL: a code where an identifier is meant, that is, written with joints."""
    return len(code) >= _SHORTEST_SPELLED and code.isalpha()


def _digest(code: str) -> int:
    return int.from_bytes(blake2b(code.encode(), digest_size=8).digest(), "big")
