"""English or Chinese, decided by script: names in the other script do not change the language of a sentence."""

from __future__ import annotations

import re
import unicodedata

from ...tools.items import Language
from .features import excerpt

_QUOTED = re.compile(r"《[^》]*》|「[^」]*」|\"[^\"]*\"|“[^”]*”")
_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_CHINESE_GRAMMAR = re.compile(r"[的了吗呢吧有没我你想要个什么推荐给和跟是在不看买找来几这那哪还再请帮]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’]*(?![A-Za-zÀ-ɏ0-9])")
_ENGLISH_GRAMMAR = re.compile(
    r"(?i)\b(?:i|i'm|i'd|you|me|my|it|is|are|do|does|have|has|any|what|which|show|find|want|need|like|recommend|suggest|"
    r"please|something|near|with|for|can|could|how|who|where|when|why|not|more|less|than)\b"
)
_GRAMMAR_WEIGHT, _WORD_WEIGHT, _START_WEIGHT = 2.0, 0.5, 1.0


def detect_language(text: str, last: Language | None = None) -> Language:
    """The language to answer in. `last` decides for text without words (digits, emoji, a bare name), else English.

    Text in quotes counts only when there is nothing else: a quoted title says nothing about the sentence around it.
    """
    plain = unicodedata.normalize("NFKC", excerpt(text))
    return _by_weight(_QUOTED.sub(" ", plain)) or _by_weight(plain) or last or "en"


def _by_weight(text: str) -> Language | None:
    """By the words of a sentence and its grammar; None when there are only names, or no words at all."""
    ideographs, words = len(_CHINESE.findall(text)), _LATIN.findall(text)
    grammar = len(_ENGLISH_GRAMMAR.findall(text))
    names_only = not grammar and not any(word.islower() for word in words)
    if not ideographs:
        return None if names_only else "en"
    particles = len(_CHINESE_GRAMMAR.findall(text))
    if particles and names_only:
        return "zh"
    starts_latin = text.lstrip()[:1].isascii()
    english = _GRAMMAR_WEIGHT * grammar + _WORD_WEIGHT * (len(words) - grammar) + _START_WEIGHT * starts_latin
    chinese = (ideographs + particles) / 2 + _START_WEIGHT * (not starts_latin)
    return "zh" if chinese >= english else "en"
