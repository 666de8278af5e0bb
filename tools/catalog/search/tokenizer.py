"""Words of titles, texts and queries, in English and Chinese, as lexical search compares them."""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import jieba

from ...normalize import has_chinese, normalize, simplified

_CHINESE = "㐀-䶿一-鿿豈-﫿"
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]+")
_RUN = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+(?:['’][^\W_{_CHINESE}]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_FUNCTION_WORDS = """
a about an and any anything are as at be been but by can could do does for from had has have he her him his how i if in
into is it its like me more my of on or our please she should so some something such than that the their them then there
these they this those to us was we were what when where which who will with would you your
的 了 和 是 在 我 有 就 不 也 都 一个 上 很 到 说 要 去 你 会 着 没有 看 好 这 那 吗 呢 吧 啊 给 想 请 个 与 及 或 把
被 让 一些 什么 怎么 哪些 哪个 可以 推荐 想要 想看 帮 帮我 我想 几 种 点 一下 找 来 类似
"""
_FUNCTION_WORD_SET = frozenset(_FUNCTION_WORDS.split())
_PURPOSE = re.compile(r"(?<=\S)\s+(?:for|f/|compatible with|to fit)\s+", re.IGNORECASE)
_LONGEST_TITLE_WORD = 16
_REMEMBERED_RUNS = 50_000


class Tokenizer:
    """Splits text into words. Chinese is segmented by jieba with a dictionary of its own, which knows the titles.

    The dictionary takes about a second to load, so it is loaded for the first Chinese text only. A tokenizer of a
    catalog that is not `chinese` never loads it, and gives no words for Chinese text: nothing could match them.
    """

    def __init__(self, titles: Sequence[str], *, chinese: bool) -> None:
        self.chinese = chinese
        self._titles = titles
        self._segmenter: jieba.Tokenizer | None = None
        self._loading = threading.Lock()
        self._words = lru_cache(maxsize=_REMEMBERED_RUNS)(self._split)

    def words(self, text: str) -> list[str]:
        """All words, function words too: casefolded, without accents, English plurals as singulars."""
        return [word for run in _RUN.findall(_plain(text)) for word in self._words(run)]

    def load(self) -> None:
        """Loads the dictionary now, if it will ever be needed."""
        if self.chinese:
            self._loaded()

    def _split(self, run: str) -> tuple[str, ...]:
        """The words of a run of letters and digits, or of Chinese characters."""
        if not has_chinese(run):
            return (_singular(_POSSESSIVE.sub("", run).replace("'", "").replace("’", "")),)
        return tuple(self._loaded().cut_for_search(run)) if self.chinese else ()

    def _loaded(self) -> jieba.Tokenizer:
        with self._loading:
            if self._segmenter is None:
                self._segmenter = _segmenter(self._titles)
            return self._segmenter


def is_function_word(word: str) -> bool:
    """Whether a word says nothing about an item: `the`, `please`, `的`."""
    return word in _FUNCTION_WORD_SET


def content_words(words: list[str]) -> list[str]:
    """The words without function words; all of them when there is no other."""
    return [word for word in words if not is_function_word(word)] or words


def aside_words(title: str, text: str, tokenizer: Tokenizer) -> frozenset[str]:
    """What a title names after `for` alone, and the text never before one: what the item goes with, not what it is."""
    thing, *purposes = _PURPOSE.split(title)
    if not purposes:
        return frozenset()
    own = {*tokenizer.words(thing), *tokenizer.words(_PURPOSE.split(text, 1)[0])}
    return frozenset(content_words(tokenizer.words(" ".join(purposes)))) - own


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring Chinese characters of a text: they match where two segmentations differ."""
    runs = _CHINESE_RUN.findall(normalize(text))
    return [run[at : at + 2] for run in runs for at in range(len(run) - 1)]


def _segmenter(titles: Iterable[str]) -> jieba.Tokenizer:
    logging.getLogger("jieba").setLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    for title in titles:
        for run in _CHINESE_RUN.findall(normalize(title)):
            if 1 < len(run) <= _LONGEST_TITLE_WORD:
                segmenter.add_word(run)
    return segmenter


def _plain(text: str) -> str:
    """Casefolded, half-width, without accents, Chinese simplified."""
    if text.isascii():
        return text.lower()
    text = simplified(text)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _singular(word: str) -> str:
    """`shoes` -> `shoe`, `glasses` -> `glass`; `berries` and `movies` end as `berry` and `movy`, and so does `movie`.

    A wrong stem harms nobody: only words that get the same one must be the same.
    """
    if len(word) > 4 and word.endswith(("ies", "ie")):
        return word[: word.rindex("ie")] + "y"
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes", "zzes")) else word[:-1]
