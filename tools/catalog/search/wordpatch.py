"""The word table after a few items changed, without reading the others again.

Who has which word is exact. A new text is weighed with the lengths of texts around it and the rarity that its words
have in the catalog; the weights of all other texts stay as they were, so they drift by what a few items do to rarity
and to the mean length. A table of which more than a fifth is new is to be built anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ...items import CatalogSchema, Item
from .wordtable import WordTable, build_table

LARGEST_SHARE = 0.2
_AROUND = 50
"""Unchanged items that are read beside the new ones, for the lengths of texts."""


def patched_table(
    table: WordTable,
    places: np.ndarray,
    items: Sequence[Item],
    text: Callable[[Item], str],
    schema: CatalogSchema,
) -> WordTable | None:
    """The table of n items from that of m former ones; None when it had better be built.

    `places` (m,) is the row that a former item has among `items`, -1 when it is gone or reads otherwise. `text` gives
    what is embedded of an item.
    """
    old = np.zeros(len(items), dtype=bool)
    old[places[places >= 0]] = True
    fresh = np.flatnonzero(~old)
    if len(fresh) > LARGEST_SHARE * len(items):
        return None
    around = np.flatnonzero(old)[:: max(1, int(old.sum()) // _AROUND)]
    some = [items[row] for row in np.concatenate([fresh, around]).tolist()]
    read = build_table(some, [text(one) for one in some], schema)
    if read.chinese and not table.chinese:
        return None
    return _joined(table, places, _only(read, len(fresh)), fresh, len(items))


def _only(table: WordTable, count: int) -> WordTable:
    """The first items of a table; the weights keep what the others told of lengths."""
    pairs = table.holders < count
    coded = table.code_rows < count
    return replace(
        table,
        scores=(table.scores / np.repeat(table.rarity(), np.diff(table.starts)))[pairs],
        holders=table.holders[pairs],
        aside=table.aside[pairs],
        starts=_starts(_words_of(table)[pairs], len(table.words)),
        titles=table.titles[: int(table.title_starts[count])],
        title_starts=table.title_starts[: count + 1],
        codes=table.codes[coded],
        code_rows=table.code_rows[coded],
    )


def _joined(table: WordTable, places: np.ndarray, new: WordTable, fresh: np.ndarray, size: int) -> WordTable:
    """`new` holds weights that want rarity, its rows are those of `fresh`."""
    ids = {word: at for at, word in enumerate(table.words)}
    held = _words_of(new)
    for word in (new.words[at] for at in np.unique(held).tolist()):
        ids.setdefault(word, len(ids))
    renamed = np.array([ids.get(word, -1) for word in new.words], dtype=np.int64)
    kept = places[table.holders] >= 0
    words = np.concatenate([_words_of(table)[kept], renamed[held]])
    holders = np.concatenate([places[table.holders[kept]], fresh[new.holders]]).astype(np.int32)
    starts = _starts(words, len(ids))
    rarity = np.log(1 + (size - np.diff(starts) + 0.5) / (np.diff(starts) + 0.5))
    order = np.lexsort((holders, words))
    titles, title_starts = _titles(table, places, new, renamed, fresh, size)
    codes = np.concatenate([table.codes[places[table.code_rows] >= 0], new.codes])
    code_rows = np.concatenate([_moved(table.code_rows, places), fresh[new.code_rows]]).astype(np.int32)
    by_code = np.argsort(codes, kind="stable")
    names = np.union1d(table.names, renamed[new.names])
    return WordTable(
        words=tuple(ids),
        scores=np.concatenate([table.scores[kept], new.scores * rarity[renamed[held]]])[order].astype(np.float32),
        holders=holders[order],
        starts=starts,
        aside=np.concatenate([table.aside[kept], new.aside])[order],
        titles=titles,
        title_starts=title_starts,
        names=names[(names >= 0) & (np.diff(starts)[names] > 0)].astype(np.int32),
        codes=codes[by_code],
        code_rows=code_rows[by_code],
        chinese=table.chinese,
    )


def _titles(
    table: WordTable, places: np.ndarray, new: WordTable, renamed: np.ndarray, fresh: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Titles of all rows in their order, and where each starts."""
    rows = np.concatenate([np.repeat(places, np.diff(table.title_starts)), np.repeat(fresh, np.diff(new.title_starts))])
    words = np.concatenate([table.titles, renamed[new.titles]])[rows >= 0]
    rows = rows[rows >= 0]
    return words[np.argsort(rows, kind="stable")].astype(np.int32), _starts(rows, size)


def _moved(rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    return places[rows][places[rows] >= 0]


def _words_of(table: WordTable) -> np.ndarray:
    """Shape (p,): the word of each pair."""
    return np.repeat(np.arange(len(table.words)), np.diff(table.starts))


def _starts(groups: np.ndarray, count: int) -> np.ndarray:
    """Shape (count + 1,): where each group starts when they are sorted."""
    return np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=count))]).astype(np.int64)
