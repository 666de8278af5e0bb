"""XML feeds (RSS 2.0 and 1.0, Atom) as rows, and the linked data of an HTML page.

An XML file that defines entities is refused: product feeds need none, and a few lines of them can fill any memory.
Nothing outside of the file is ever opened.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.parsers import expat

from ....errors import CatalogError
from ..decoding import decode
from ..rows import RowProblem, SourceRow, SourceTable
from .linked_data import product_nodes, types_in

_ITEMS = frozenset({"item", "entry"})
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_READ_BY_EXPAT = frozenset({"utf-8", "utf-16", "iso-8859-1", "us-ascii"})
_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!doctype|<rss|<feed|<rdf|<html|<g:)", re.IGNORECASE)
_PAGE = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html)", re.IGNORECASE | re.DOTALL)


def is_markup(data: bytes) -> bool:
    """Whether a file is XML or HTML, whatever it is called."""
    return bool(_MARKUP.match(data))


def read_markup(data: bytes, file: str) -> SourceTable:
    """The items of an XML feed, or the products that an HTML page describes. Raises CatalogError."""
    return _read_page(data, file) if _PAGE.match(data) else _read_xml(data, file)


def linked_table(document: object, file: str, problems: tuple[RowProblem, ...] = ()) -> SourceTable:
    """The products of a JSON-LD document, counted from 1. Raises CatalogError when it has none."""
    products = product_nodes(document)
    if not products:
        types = ", ".join(types_in(document)) or "none"
        raise CatalogError(
            f"{file}: no schema.org Product in the linked data; types found: {types}.",
            cure="Give the page or document of a product, with `@type: Product` and an offer.",
        )
    return SourceTable(file, tuple(SourceRow(number, node) for number, node in enumerate(products, 1)), problems)


def _read_page(data: bytes, file: str) -> SourceTable:
    scripts = _Scripts()
    scripts.feed(decode(data, file))
    scripts.close()
    documents, problems = [], []
    for line, text in scripts.found:
        try:
            documents.append(json.loads(_uncommented(text)))
        except json.JSONDecodeError as error:
            reason = f"broken linked data: {error.msg}; the block is left out"
            problems.append(RowProblem(file, line + error.lineno - 1, "", reason))
    if not documents:
        first = f" First problem: {problems[0]}." if problems else ""
        cure = 'A product page has a <script type="application/ld+json"> block.'
        raise CatalogError(f"{file}: an HTML page without linked data.{first}", cure=cure)
    return linked_table(documents, file, tuple(problems))


def _uncommented(text: str) -> str:
    """Some pages wrap the block in a comment or a CDATA section."""
    return re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text)


class _Scripts(HTMLParser):
    """The texts of the linked-data blocks of a page, each with its line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").partition(";")[0].strip().casefold()
        if tag == "script" and kind == "application/ld+json":
            self._inside = True
            self.found.append((self.getpos()[0], ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            line, text = self.found[-1]
            self.found[-1] = (line, text + data)


def _read_xml(data: bytes, file: str) -> SourceTable:
    items = _Items(file)
    parser = expat.ParserCreate(encoding=_override(data))
    data = _as_utf8(data, file)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = items.start, items.end
    parser.CharacterDataHandler = items.text
    parser.EntityDeclHandler = items.refuse_entity
    parser.UseForeignDTD(True)
    parser.SkippedEntityHandler = items.named_character
    items.parser = parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise CatalogError(
            f"{file}, row {error.lineno}: broken XML ({expat.ErrorString(error.code)}, column {error.offset + 1}).",
            cure="Mend the file: write & as &amp;, close every element, and save it in the encoding that it declares.",
        ) from error
    if not items.rows:
        raise CatalogError(
            f"{file}: XML without items of a product feed; its root is <{items.root}>.",
            cure="A feed has <item> elements (RSS) or <entry> elements (Atom).",
        )
    return SourceTable(file, tuple(items.rows))


def _override(data: bytes) -> str | None:
    """The encoding that expat is told: UTF-8 for one that it does not know and that was converted before."""
    declared = _DECLARED.match(data)
    return "utf-8" if declared and declared[1].decode().casefold() not in _READ_BY_EXPAT else None


def _as_utf8(data: bytes, file: str) -> bytes:
    declared = _DECLARED.match(data)
    name = declared[1].decode() if declared else "utf-8"
    if name.casefold() in _READ_BY_EXPAT:
        return data
    try:
        return data.decode(name).encode()
    except (UnicodeDecodeError, LookupError) as error:
        raise CatalogError(
            f"{file}: not in {name} as it declares ({error}).", cure="Save the file as UTF-8."
        ) from error


class _Items:
    """Builds one row from each item while the parser goes through the file."""

    parser: Any

    def __init__(self, file: str) -> None:
        self.rows: list[SourceRow] = []
        self.root = ""
        self._file = file
        self._line = 0
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        if self._open or tag.rpartition(":")[2] in _ITEMS:
            if not self._open:
                self._line = self.parser.CurrentLineNumber
            address = {"": attributes["href"]} if "href" in attributes else {}
            self._open.append((tag, address, []))

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1][2].append(data)

    def end(self, _tag: str) -> None:
        if not self._open:
            return
        tag, inner, texts = self._open.pop()
        written = "".join(texts).strip()
        children = {name: value for name, value in inner.items() if name}
        value = children or written or inner.get("", "")
        if self._open:
            _put(self._open[-1][1], tag, value)
        else:
            self.rows.append(SourceRow(self._line, _by_name(children)))

    def named_character(self, name: str, _is_parameter: bool) -> None:
        """`&nbsp;` and the like, which HTML knows and XML does not."""
        character = html.unescape(f"&{name};")
        if character == f"&{name};":
            raise CatalogError(
                f"{self._file}, row {self.parser.CurrentLineNumber}: broken XML (undefined entity &{name};).",
                cure=f"Write &amp; for &, as in &amp;{name};.",
            )
        self.text(character)

    def refuse_entity(self, name: str, *_rest: Any) -> None:
        raise CatalogError(
            f"{self._file}, row {self.parser.CurrentLineNumber}: the file defines the entity {name!r}.",
            cure="A product feed needs no entities: such files can fill any memory. Remove the DOCTYPE.",
        )


def _put(values: dict[str, Any], name: str, value: object) -> None:
    """Elements of the same name make a list."""
    if name not in values:
        values[name] = value
    elif isinstance(values[name], list):
        values[name].append(value)
    else:
        values[name] = [values[name], value]


def _by_name(values: dict[str, Any]) -> dict[str, Any]:
    """Names without their prefixes: what `g:title` says goes before what `title` says."""
    return dict(_stripped({name: value for name, value in values.items() if ":" not in name})) | dict(
        _stripped({name: value for name, value in values.items() if ":" in name})
    )


def _stripped(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        several = value if isinstance(value, list) else [value]
        plain = [_by_name(one) if isinstance(one, dict) else one for one in several]
        yield name.rpartition(":")[2], plain if isinstance(value, list) else plain[0]
