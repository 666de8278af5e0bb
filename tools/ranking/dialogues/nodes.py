"""What can be named in a dialogue: items by their ids and titles, and the entities that are known; all numbered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...normalize import has_chinese, normalize
from .model import Talk, Turn

_WORD = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")
_SHORTEST = 3
"""Letters of a name that is looked for in texts, in Chinese two: shorter ones are mostly other words."""
NAMED = " thatname "
"""What stands for a name when only the words around it count: a word that nobody says."""


@dataclass(frozen=True)
class Nodes:
    """n items have the numbers 0 to n - 1, in their order; entities follow."""

    item_ids: tuple[str, ...]
    titles: tuple[str, ...]
    """Of each item."""
    entities: tuple[str, ...]
    """Normalized names, none of which is the id or the title of an item."""
    plain: frozenset[str] = frozenset()
    """Words that mean no item when they stand alone, such as "her" beside the film of that title."""

    @classmethod
    def of(cls, item_ids: Sequence[str], titles: Sequence[str], names: Sequence[str], texts: Iterable[str]) -> Nodes:
        """With the entities of those names; `texts` tell which one-word titles are plain words."""
        taken = {normalize(one) for one in (*item_ids, *titles)}
        entities = tuple(one for one in dict.fromkeys(map(normalize, names)) if one and one not in taken)
        single = {title for title in map(bare, titles) if len(_WORD.findall(title)) == 1}
        return cls(tuple(item_ids), tuple(titles), entities, _plain(single, texts))

    def __len__(self) -> int:
        return len(self.item_ids) + len(self.entities)

    @cached_property
    def items(self) -> Mapping[str, int]:
        """Row of each item by its id."""
        return {item_id: row for row, item_id in enumerate(self.item_ids)}

    @cached_property
    def _names(self) -> Mapping[str, int]:
        names: dict[str, int] = {}
        for row, (item_id, title) in enumerate(zip(self.item_ids, self.titles, strict=True)):
            names.setdefault(normalize(title), row)
            names.setdefault(normalize(item_id), row)
        return names | {name: len(self.item_ids) + i for i, name in enumerate(self.entities)}

    def named(self, name: str) -> int:
        """Its number; -1 for one that is not known."""
        return self.items.get(name, self._names.get(normalize(name), -1))

    def name_of(self, node: int) -> str:
        """The title of an item, the name of an entity."""
        return self.titles[node] if node < len(self.titles) else self.entities[node - len(self.titles)]

    @cached_property
    def _spelled(self) -> Mapping[tuple[str, ...], int]:
        """Numbers by the words of names, titles also without what stands in brackets behind them."""
        found: dict[tuple[str, ...], int] = {}
        for name, node in self._names.items():
            for spelling in (name, bare(name)):
                words = tuple(_WORD.findall(spelling))
                long_enough = sum(map(len, words)) >= (2 if has_chinese(spelling) else _SHORTEST)
                if long_enough and not (node < len(self.titles) and spelling in self.plain):
                    found.setdefault(words, node)
        return found

    @cached_property
    def _longest(self) -> Mapping[str, int]:
        """Words of the longest name that begins with a word."""
        found: dict[str, int] = {}
        for words in self._spelled:
            found[words[0]] = max(found.get(words[0], 0), len(words))
        return found

    def spoken(self, text: str) -> list[tuple[int, int, int]]:
        """Names in a text from left to right, the longest first: number, and from where to where in the normal text."""
        words = list(_WORD.finditer(normalize(text)))
        found, place = [], 0
        while place < len(words):
            step = 1
            for length in range(self._longest.get(words[place].group(), 0), 0, -1):
                span = words[place : place + length]
                node = self._spelled.get(tuple(one.group() for one in span))
                if node is not None and len(span) == length:
                    found.append((node, span[0].start(), span[-1].end()))
                    step = length
                    break
            place += step
        return found

    def of_turn(self, turn: Turn) -> list[int]:
        """Numbers of all that a turn names: what it says itself, else what is found in its text."""
        given = [*(turn.mentions or ()), *(turn.entities or ())]
        nodes = [node for node in map(self.named, given) if node >= 0]
        if turn.mentions is None or turn.entities is None:
            n = len(self.item_ids)
            spoken = [node for node, _, _ in self.spoken(turn.text)]
            nodes += [node for node in spoken if (turn.mentions if node < n else turn.entities) is None]
        return list(dict.fromkeys(nodes))

    def unnamed(self, turn: Turn) -> str:
        """The text with a sign in the place of every name."""
        text, shift = normalize(turn.text), 0
        for _, start, end in self.spoken(turn.text):
            text = text[: start + shift] + NAMED + text[end + shift :]
            shift += len(NAMED) - (end - start)
        return text

    def since(self, talk: Talk) -> dict[int, int]:
        """How many turns ago each of the things was named last, 0 for the last turn; the oldest first."""
        found: dict[int, int] = {}
        for ago, turn in zip(range(len(talk) - 1, -1, -1), talk, strict=True):
            for node in self.of_turn(turn):
                found.pop(node, None)
                found[node] = ago
        return found


def bare(title: str) -> str:
    """Normalized, without what stands in brackets behind it, such as a year."""
    return re.sub(r"\s*\([^)]*\)$", "", normalize(title))


def _plain(single: set[str], texts: Iterable[str]) -> frozenset[str]:
    """Those of the words that are mostly written without a capital letter."""
    small: Counter[str] = Counter()
    for text in texts:
        for word in _WORD.findall(text):
            if word.casefold() in single:
                small[word.casefold()] += 1 if word.islower() else -1
    return frozenset(word for word, times in small.items() if times > 0)
