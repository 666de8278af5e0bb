"""Splitting a filter expression into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from ..errors import FilterError

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "《": "》"}
_SYMBOLS = {
    "<=": "<=", ">=": ">=", "!=": "!=", "<>": "!=", "==": "=", "≤": "<=", "≥": ">=", "≠": "!=", "=<": "<=",
    "=>": ">=", "<": "<", ">": ">", "=": "=", "＜": "<", "＞": ">", "＝": "=", ":": "=", "：": "=",
}  # fmt: skip
_PUNCTUATION = {"(": "(", ")": ")", "（": "(", "）": ")", ",": ",", "，": ",", "、": ","}
_CONNECTIVES = {
    "and": "and", "&": "and", "&&": "and", "且": "and", "并且": "and", "而且": "and",
    "or": "or", "|": "or", "||": "or", "或": "or", "或者": "or",
    "not": "not", "!": "not", "非": "not",
}  # fmt: skip
_SYMBOL = re.compile("|".join(re.escape(one) for one in sorted(_SYMBOLS, key=len, reverse=True)))
_WORD = re.compile(
    r"&&|\|\||!(?!=)|(?:(?<!\d)\d{1,3}(?:[,，]\d{3})+(?!\d)|[^\s<>=≤≥≠＜＞＝:：()（）,，、!&|]|!(?!=)|&(?!&)|\|(?!\|))+"
)


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    STRING = auto()
    SYMBOL = auto()
    CONNECTIVE = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is canonical for symbols and connectives, `start` and `end` are offsets in the source."""

    kind: Kind
    text: str
    start: int
    end: int


def tokenize(source: str, names: tuple[str, ...]) -> list[Token]:
    """Tokens of a filter, an END token last. `names` are facet names that may follow 且 or 或 without a space.

    Raises FilterError for a quote that is never closed.
    """
    glued = _glued_connective(names)
    tokens: list[Token] = []
    position = 0
    while position < len(source):
        if source[position].isspace():
            position += 1
            continue
        token = _next_token(source, position, glued)
        tokens.append(token)
        position = token.end
    tokens.append(Token(Kind.END, "", len(source), len(source)))
    return tokens


def _next_token(source: str, position: int, glued: re.Pattern[str] | None) -> Token:
    char = source[position]
    if char in _QUOTES:
        return _quoted(source, position)
    if char in _PUNCTUATION:
        kind = {"(": Kind.OPEN, ")": Kind.CLOSE, ",": Kind.COMMA}[_PUNCTUATION[char]]
        return Token(kind, _PUNCTUATION[char], position, position + 1)
    symbol = _SYMBOL.match(source, position)
    if symbol:
        return Token(Kind.SYMBOL, _SYMBOLS[symbol.group()], position, symbol.end())
    return _word(source, position, glued)


def _quoted(source: str, position: int) -> Token:
    close = source.find(_QUOTES[source[position]], position + 1)
    if close < 0:
        raise FilterError(
            f"In the filter {source!r}, character {position + 1}: the quote {source[position]} is never closed.",
            cure=f"Add {_QUOTES[source[position]]} at the end of the value.",
        )
    return Token(Kind.STRING, source[position + 1 : close], position, close + 1)


def _word(source: str, position: int, glued: re.Pattern[str] | None) -> Token:
    found = _WORD.match(source, position)
    end = found.end() if found else position + 1
    connective = glued.search(source, position, end + 40) if glued else None
    if connective and connective.start() < end:
        end = connective.end() if connective.start() == position else connective.start()
    text = source[position:end]
    canonical = _CONNECTIVES.get(text.casefold())
    return Token(Kind.CONNECTIVE, canonical, position, end) if canonical else Token(Kind.WORD, text, position, end)


def _glued_connective(names: tuple[str, ...]) -> re.Pattern[str] | None:
    chinese = [re.escape(name) for name in sorted(names, key=len, reverse=True) if not name.isascii()]
    if not chinese:
        return None
    return re.compile(rf"(?:并且|而且|且|或者|或)(?=\s*(?:{'|'.join(chinese)})\s*(?:[<>=≤≥≠＜＞＝:：!]|不?在))")
