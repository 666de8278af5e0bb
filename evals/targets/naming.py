"""Which items of a catalog a free text names. Only exact titles count, so that nothing is read into a reply."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from ...tools.normalize import has_chinese, normalize
from ..facts import CatalogFacts
from .target import Shown

_TOKEN = re.compile(r"[㐀-䶿一-鿿豈-﫿]|[^\W_㐀-䶿一-鿿豈-﫿]+")
_MARKED = re.compile(r"《([^《》\n]+)》|\*\*([^*\n]+)\*\*|“([^“”\n]+)”|\"([^\"\n]+)\"|(?<!\w)\*([^*\n]+)\*(?!\w)")
_ENTRY = re.compile(
    r"^[ \t]*\d+[.)、][ \t]*(?:《([^《》\n]+)》|\*\*([^*\n]+)\*\*|“([^“”\n]+)”|\"([^\"\n]+)\")(.*)$", re.MULTILINE
)
_BESIDE = re.compile(r"[(（]| by | [-–—] ")
"""Where a title ends and what is said beside it begins."""
_FEWEST_WORDS, _FEWEST_CHARACTERS = 2, 3


class Names:
    """The titles of a catalog, ready to be found in texts.

    A title counts when it stands in quotes, bold, italics or 《》, whatever its length. In plain prose it must have two
    words, or three Chinese characters, and each word that the title capitalizes must be capitalized.
    """

    def __init__(self, facts: CatalogFacts) -> None:
        self._facts = facts
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for title, ids in facts.titles.items():
            words = tuple(_TOKEN.findall(title))
            if words:
                self._by_first[words[0]].append((words, ids[0]))
        for titles in self._by_first.values():
            titles.sort(key=lambda one: -len(one[0]))

    def shown(self, reply: str, said: str = "") -> tuple[Shown, ...]:
        """The items that a reply names, in order, without those that the person named in `said`.

        An entry of a numbered list whose marked name is no title comes without an id: the agent made it up.
        """
        theirs = {item for _, item in self._found(said, prose=False)}
        named = sorted([*self._found(reply, prose=True), *self._invented(reply)])
        items = dict.fromkeys(item for _, item in named if item not in theirs)
        return tuple(self._shown(item) for item in items)

    def completed(self, one: Shown) -> Shown:
        """An item that came as data, with the title that goes with its id alone, or the id with its title."""
        if one.id in self._facts.items:
            return one if one.title != one.id else replace(one, title=self._facts.items[one.id].title)
        return replace(one, id=self._titled(one.title) or one.id)

    def _shown(self, item: str) -> Shown:
        held = self._facts.items.get(item)
        return Shown(item, held.title) if held else Shown("", item)

    def _found(self, text: str, *, prose: bool) -> Iterator[tuple[int, str]]:
        """Place and id of each title, the longest first, none within another."""
        whole: list[tuple[int, int]] = []
        for match in _MARKED.finditer(text) if prose else ():
            item = next((one for name in _readings(_inner(match)) if (one := self._titled(name))), "")
            if item:
                whole.append(match.span())
                yield match.start(), item
        tokens = list(_TOKEN.finditer(text))
        words_said = [token.group() for token in tokens]
        words = [normalize(word) for word in words_said]
        place = 0
        while place < len(tokens):
            length, item = self._longest_at(place, words)
            taken = any(start <= tokens[place].start() < end for start, end in whole)
            plain = prose and not self._stands_out(item, words_said[place : place + length])
            if item and not taken and not plain:
                yield tokens[place].start(), item
                place += length
            else:
                place += 1

    def _titled(self, name: str) -> str:
        """Id of the item of exactly that title; empty when there is none."""
        return next(iter(self._facts.titles.get(normalize(name), ())), "")

    def _longest_at(self, place: int, words: list[str]) -> tuple[int, str]:
        for title, item in self._by_first.get(words[place], ()):
            if tuple(words[place : place + len(title)]) == title:
                return len(title), item
        return 1, ""

    def _stands_out(self, item: str, said: list[str]) -> bool:
        """Whether words in prose are the title of the item rather than the same words by chance."""
        if not item or has_chinese(said[0]):
            return len(said) >= _FEWEST_CHARACTERS
        own = _TOKEN.findall(self._facts.items[item].title)
        alike = all(word[:1].isupper() or not wanted[:1].isupper() for word, wanted in zip(said, own, strict=False))
        return len(said) >= _FEWEST_WORDS and alike

    def _invented(self, reply: str) -> Iterator[tuple[int, str]]:
        """Names that head the entries of a numbered list and are no titles; questions and facets are no items."""
        facets = {normalize(one.name) for one in self._facts.schema.facets}
        for entry in _ENTRY.finditer(reply):
            name = next(part for part in entry.groups()[:4] if part).strip(" :：")
            known = any(True for _ in self._found(name, prose=False))
            if not known and normalize(name) not in facets and not entry.group(5).rstrip().endswith(("?", "？")):
                yield entry.start(), name


def _inner(match: re.Match[str]) -> str:
    return " ".join(next(part for part in match.groups() if part).split()).strip(" :：,，.。")


def _readings(name: str) -> tuple[str, ...]:
    """What a marked name may be the title of: "Dune (1965)" and "Dune by Frank Herbert" are Dune."""
    return name, _BESIDE.split(name, maxsplit=1)[0].strip()
