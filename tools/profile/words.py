"""Words of a request to forget, compared with the words of statements, in English and Chinese alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..normalize import normalize

_CHINESE_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"[’']\w*")

_FILLERS = """
a about again all always am an and any anymore anything are as at be been being but by can cannot delete did do does
doing done don dont drop ever every everything fact for forget forgot from get given had has hate hated have how i im
in is it its just know knew let like liked likes loved love me mention mentioned mine more my myself need never no not
now of off on or our out please prefer preference preferences remember remembered remove erase said say saying should
so some stated statement still stuff taste tastes tell than that the their them then there these they thing things
think this those to told too tried up us use used very want wanted was we were what when which who why wish with would
yet you your both different few he her him his lot lots many much other others several she
"""
_NOUNS = """
book books catalog film films flick flicks genre genres item items movie movies novel novels one ones place places
product products restaurant restaurants topic topics type types kind kinds
"""
_CHINESE = """
我之前 我以前 说过的话 说的话 说过的 说过 说的 告诉你 提到过 提到 关于 有关 相关 请你 请 忘记 忘掉 忘了 删除 删掉 去掉
清除 所有 一切 全部 事情 内容 记录 信息 偏好 喜好 不喜欢 喜欢 讨厌 不再 那些 这些 我对 我 你 的 把 话 吧 了 对 和 不要
不看 爱看 想看
"""
_ENGLISH_FILLERS = frozenset(_FILLERS.split())
_GENERIC_NOUNS = frozenset(_NOUNS.split())
_CHINESE_FILLERS = re.compile("|".join(_CHINESE.split()))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: Latin and other spaced scripts as a set, Chinese as unbroken runs."""

    spaced: frozenset[str]
    runs: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.spaced or self.runs)

    def within(self, other: Words) -> bool:
        """Whether there is any word at all and each one occurs in the other words."""
        return bool(self) and self.spaced <= other.spaced and all(_occurs(run, other.runs) for run in self.runs)

    def without(self, other: Words) -> Words:
        """The words that the other words lack."""
        runs = tuple(run for run in self.runs if not _occurs(run, other.runs) and run not in other.runs)
        return Words(self.spaced - other.spaced, runs)


def words(text: str) -> Words:
    """All words of a text, plurals reduced."""
    plain = _APOSTROPHE.sub(" ", normalize(text))
    runs = tuple(_CHINESE_RUN.findall(plain))
    return Words(frozenset(_singular(word) for word in _WORD.findall(_CHINESE_RUN.sub(" ", plain))), runs)


def target_words(target: str) -> Words:
    """What a request names: fillers dropped, and "movies" or "books" too where something else is left."""
    plain = _APOSTROPHE.sub(" ", normalize(target))
    said = [word for word in _WORD.findall(_CHINESE_RUN.sub(" ", plain)) if word not in _ENGLISH_FILLERS]
    runs = [part for run in _CHINESE_RUN.findall(plain) for part in _CHINESE_FILLERS.sub(" ", run).split()]
    specific = [word for word in said if word not in _GENERIC_NOUNS]
    return Words(frozenset(_singular(word) for word in (specific if specific or runs else said)), tuple(runs))


def union(parts: Iterable[Words]) -> Words:
    """The words of all parts."""
    collected = list(parts)
    spaced = frozenset(word for part in collected for word in part.spaced)
    return Words(spaced, tuple(run for part in collected for run in part.runs))


def _occurs(run: str, runs: tuple[str, ...]) -> bool:
    """A single character must stand alone: 川 is not in every word that holds it."""
    return run in runs or (len(run) > 1 and any(run in other for other in runs))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
