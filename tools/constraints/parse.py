"""Filters as people write them: `price<500 and brand in (Apple, Dell) and not genre = horror`, `价格<500`.

    filter     = part {("and" | "or") part}
    part       = "not" part | "(" filter ")" | condition
    condition  = facet operator value | boolean-facet | "in stock" | "out of stock"
    operator   = "=" "!=" "<" "<=" ">" ">=" | ["not"] "in" | "all" | "between" | "contains" | "is" ["not"]
    value      = words | "quoted words" | "(" value {"," value} ")"

A facet goes by its key or by any of its names in English or Chinese; values by the catalog's spelling or an alias.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..errors import FilterError, did_you_mean
from ..items import CatalogSchema, Facet, FacetKind, FacetRole
from ..normalize import normalize
from .expression import Both, Condition, Either, Node, Not, flatten
from .model import Constraint, Op
from .stock import stock_constraint, stock_words
from .tokens import Kind, Token, tokenize
from .values import POSSIBLE, build_constraint

_WORD_OPERATORS: tuple[tuple[tuple[str, ...], Op], ...] = (
    (("is", "not"), Op.NE),
    (("not", "in"), Op.NOT_IN),
    (("is",), Op.EQ),
    (("in",), Op.IN),
    (("all",), Op.ALL),
    (("between",), Op.BETWEEN),
    (("contains",), Op.CONTAINS),
    (("不在",), Op.NOT_IN),
    (("在",), Op.IN),
    (("包含",), Op.CONTAINS),
)
_SHAPE = "Write facet operator value: price < 500."
_SEPARATORS = re.compile(r"[\s_-]+")
_DEEPEST = 40
_STOPS = (Kind.CONNECTIVE, Kind.CLOSE, Kind.END)


def parse_filter(text: str, schema: CatalogSchema) -> tuple[Constraint, ...]:
    """The constraints that a filter expression means, with source `command`; an empty text means none.

    Raises FilterError that says where and what is possible: unknown facet, wrong type of value, an `or` between
    different facets.
    """
    if not text.strip():
        return ()
    parser = _Parser(text, schema)
    node = parser.filter()
    parser.expect_end()
    try:
        return flatten(node)
    except FilterError as error:
        raise FilterError(f"In the filter {text!r}: {error.message}", cure=error.cure) from None


def facet_names(schema: CatalogSchema) -> dict[str, Facet]:
    """Every name of every facet, in the form that `facet_key` gives; keys win over names in a language."""
    names = {facet_key(word): facet for facet in schema.facets for words in facet.names.values() for word in words}
    return names | {facet_key(facet.name): facet for facet in schema.facets}


def facet_key(name: str) -> str:
    """The form in which facet names compare: `In_Stock`, `in stock` and `in-stock` are one."""
    return _SEPARATORS.sub(" ", normalize(name)).strip()


class _Parser:
    """Recursive descent over the tokens; `_at` is the token to read next."""

    def __init__(self, source: str, schema: CatalogSchema) -> None:
        self._source = source
        self._facets = facet_names(schema)
        self._known = sorted({facet.name for facet in schema.facets} | set(self._facets))
        self._stock = schema.by_role(FacetRole.STOCK)
        self._keys = [facet.name for facet in schema.facets]
        self._tokens = tokenize(source, tuple(self._facets))
        self._at = 0
        self._depth = 0

    def filter(self) -> Node:
        return self._joined("or", Either, self._conjunction)

    def expect_end(self) -> None:
        if self._peek().kind is not Kind.END:
            raise self._error(
                self._peek(), f"{self._peek().text!r} is not expected here", "Join conditions with `and`."
            )

    def _conjunction(self) -> Node:
        return self._joined("and", Both, self._part)

    def _joined(self, word: str, kind: type[Both] | type[Either], read: Callable[[], Node]) -> Node:
        parts = [read()]
        while self._peek().text == word or (word == "and" and self._peek().kind is Kind.COMMA):
            self._at += 1
            parts.append(read())
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def _part(self) -> Node:
        token = self._peek()
        if token.kind is Kind.CONNECTIVE and token.text == "not":
            self._deeper(token)
            inner: Node = Not(self._part())
        elif token.kind is Kind.OPEN:
            self._deeper(token)
            inner = self.filter()
            self._expect(Kind.CLOSE, "`)`")
        else:
            return self._condition()
        self._depth -= 1
        return inner

    def _deeper(self, token: Token) -> None:
        self._at += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(token, f"conditions are nested deeper than {_DEEPEST}", "Leave parentheses out.")

    def _condition(self) -> Node:
        start = self._peek()
        stock = self._in_stock()
        if stock:
            return stock
        facet = self._facet()
        operator = self._operator_at(self._at)
        if operator is None and facet.kind is FacetKind.BOOLEAN and self._peek().kind in _STOPS:
            return Condition(Constraint(facet=facet.name, op=Op.EQ, value=True), facet.name)
        if operator is None:
            possible = ", ".join(POSSIBLE[facet.kind])
            raise self._error(self._peek(), f"an operator is missing after {facet.name!r}", f"Possible: {possible}.")
        op, length = operator
        self._at += length
        first = self._peek()
        texts = self._values(op)
        try:
            constraint = build_constraint(facet, op, texts)
        except FilterError as error:
            raise self._error(first, error.message.rstrip("."), error.cure) from None
        return Condition(constraint, self._source[start.start : self._tokens[self._at - 1].end])

    def _in_stock(self) -> Condition | None:
        """`in stock` and `out of stock` alone, in catalogs that say so."""
        end = self._at
        while self._tokens[end].kind is Kind.WORD:
            end += 1
        there = stock_words(self._text(self._at, end)) if end > self._at and self._stock else None
        if there is None or not self._stock or self._tokens[end].kind not in _STOPS:
            return None
        text, self._at = self._text(self._at, end), end
        return Condition(stock_constraint(self._stock, there=there), text)

    def _facet(self) -> Facet:
        end = self._at
        while self._tokens[end].kind in (Kind.WORD, Kind.STRING):
            end += 1
        for stop in range(end, self._at, -1):
            facet = self._facets.get(facet_key(self._text(self._at, stop)))
            if facet is not None:
                self._at = stop
                return facet
        raise self._unknown_facet(end)

    def _unknown_facet(self, end: int) -> FilterError:
        token = self._peek()
        if end == self._at:
            found = f"{token.text!r} stands" if token.text else "the filter ends"
            return self._error(token, f"{found} where a condition should be", _SHAPE)
        stop = next((at for at in range(self._at + 1, end) if self._operator_at(at)), end)
        name = self._text(self._at, stop)
        near = did_you_mean(facet_key(name), self._known)
        cure = near if near.startswith("Did") else f"Facets: {', '.join(self._keys)}."
        if self._operator_at(stop) is None:
            cure += " Put a value that contains `and`, `or` or a comma in quotes."
        return self._error(token, f"there is no facet {name!r}", cure)

    def _operator_at(self, at: int) -> tuple[Op, int] | None:
        """The operator that starts at a token, and how many tokens it takes."""
        if self._tokens[at].kind is Kind.SYMBOL:
            return Op(self._tokens[at].text), 1
        for words, op in _WORD_OPERATORS:
            here = self._tokens[at : at + len(words)]
            if tuple(token.text.casefold() for token in here if token.kind is not Kind.STRING) == words:
                return op, len(words)
        return None

    def _values(self, op: Op) -> list[str]:
        if self._peek().kind is Kind.OPEN:
            texts = self._list()
        elif op is Op.BETWEEN:
            texts = [self._value()]
            self._expect(Kind.CONNECTIVE, "`and` between the two ends")
            texts.append(self._value())
        else:
            texts = [self._value()]
            while self._more_values(op):
                self._at += 1
                texts.append(self._value())
        if op is Op.BETWEEN and len(texts) != 2:
            raise self._error(
                self._peek(), f"`between` takes two ends, not {len(texts)}", "Write between 1990 and 1999."
            )
        return texts

    def _more_values(self, op: Op) -> bool:
        token = self._peek()
        alternative = token.kind is Kind.CONNECTIVE and token.text == "or" and op in (Op.EQ, Op.IN)
        listed = token.kind is Kind.COMMA and op in (Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.ALL)
        return (alternative or listed) and not self._condition_starts(self._at + 1)

    def _condition_starts(self, at: int) -> bool:
        """Whether a condition, rather than one more value, starts at a token."""
        end = at
        while self._tokens[end].kind in (Kind.WORD, Kind.STRING):
            if end > at and self._operator_at(end):
                return True
            end += 1
        if end == at:
            return True
        facet = self._facets.get(facet_key(self._text(at, end)))
        return self._operator_at(end) is not None or (facet is not None and facet.kind is FacetKind.BOOLEAN)

    def _list(self) -> list[str]:
        self._at += 1
        start = self._at
        texts = [self._value()]
        while self._peek().kind is Kind.COMMA or (self._peek().kind is Kind.CONNECTIVE and self._peek().text != "not"):
            self._at += 1
            texts.append(self._value())
        self._expect(Kind.CLOSE, "`,` or `)`")
        only = self._tokens[start]
        if len(texts) == 1 and only.kind is Kind.WORD and "," in only.text:
            raise self._error(
                only,
                f"{only.text!r} may be one number or several",
                "Put a space after each comma that separates values.",
            )
        return texts

    def _value(self) -> str:
        start = self._at
        while self._peek().kind in (Kind.WORD, Kind.STRING):
            self._at += 1
        if self._at == start:
            raise self._error(self._peek(), "a value is missing", _SHAPE)
        if self._peek().kind is Kind.SYMBOL:
            cure = "Join conditions with `and`; put a value that contains such a sign in quotes."
            raise self._error(self._peek(), f"{self._peek().text!r} is not expected here", cure)
        return self._text(start, self._at)

    def _text(self, start: int, end: int) -> str:
        if end - start == 1:
            return self._tokens[start].text
        return self._source[self._tokens[start].start : self._tokens[end - 1].end]

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _expect(self, kind: Kind, what: str) -> None:
        if self._peek().kind is not kind:
            found = repr(self._peek().text) if self._peek().text else "the end"
            raise self._error(self._peek(), f"{what} should stand before {found}", "")
        self._at += 1

    def _error(self, token: Token, problem: str, cure: str) -> FilterError:
        return FilterError(f"In the filter {self._source!r}, character {token.start + 1}: {problem}.", cure=cure)
