"""The wordings of a language: a YAML tree of slots, each with variants."""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass
from importlib.resources import files

import yaml

from ....tools.items import Language

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Wordings for one reply. Consecutive turns of a conversation get different variants of a slot."""

    language: Language
    turn: int
    """Number of the turn."""
    topic: str
    """What the catalog is about: another topic begins with another variant."""

    def say(self, *slots: str, **values: object) -> str:
        """A variant of the first slot that exists, filled in; "" when none of them does. Slots are dotted paths."""
        for slot in slots:
            variants = _find(self.language, slot)
            if isinstance(variants, list) and variants:
                offset = zlib.crc32(f"{slot}|{self.topic}".encode())
                return str(variants[(self.turn + offset) % len(variants)]).format(**values)
        return ""

    def word(self, name: str) -> str:
        """A small word that has no variants."""
        return self.table("words")[name]

    def table(self, name: str) -> dict[str, str]:
        """A table of the language: currencies, units, measure words."""
        return _load(self.language)[name]


def _find(language: Language, slot: str) -> object:
    node: object = _load(language)
    for key in slot.split("."):
        node = node.get(key) if isinstance(node, dict) else None
    return node


@functools.cache
def _load(language: Language) -> dict:
    text = (files(__package__ or __name__) / f"{language}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)
