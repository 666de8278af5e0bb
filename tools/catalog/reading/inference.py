"""A `CatalogSchema` from the rows alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from typing import Any

from ...errors import CatalogError
from ...items import CatalogSchema, Facet, FacetKind, FacetRole, Item, Language
from ...normalize import has_chinese, normalize
from .column_names import (
    ID_NAMES,
    IDENTIFIERS,
    IMAGE_NAMES,
    PRODUCT_NUMBERS,
    TEXT_NAMES,
    TITLE_NAMES,
    NameMeaning,
    key_of,
    known_unit,
    leaf_of,
    own_name,
    unit_in_name,
)
from .labels import without_units
from .prices import with_asked_price
from .rows import SourceTable
from .source_columns import MOSTLY, Column, profile_columns
from .values import (
    MINUTES,
    as_text,
    delimiter_of,
    parse_boolean,
    parse_clock,
    parse_date,
    parse_number,
    unit_of,
)

_LONG_TEXT = 60
"""Characters, on average, from which a string column is text rather than a category."""
_SHORT_VALUE = 40
_ID_WORDS = ("id", "code", "sku", "编号", "编码")
_SURELY_MINUTES = 5.0
_BOOLEAN_SHARE = 0.9
"""Of the values, from which yes and no decide: a third answer in more rows is one of three categories."""
_WORDS = 3
"""A part of a list with more words than this is prose."""
_FEW_ROWS = 20
_IMAGE = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|svg)(?:\?.*)?$", re.IGNORECASE)
_ADDRESS = re.compile(r"^(?:https?|ftp)://|^[\w.+-]+@[\w-]+\.\w+$|^[0-9a-fA-F-]{20,}$")
_BOOLEAN_NAME = re.compile(r"^(?:is|has|in|can|allows?)_|^(?:sponsored|organic|available|adult)|^是否|^有无")


def infer_schema(table: SourceTable, name: str) -> CatalogSchema:
    """The schema of a table. Raises CatalogError when no column can be a title or a text."""
    columns = profile_columns(table)
    image = _image_column(columns)
    identifier = _id_column(columns)
    rest = [column for column in columns if column.path not in (image, identifier)]
    title = _title_column(rest, columns)
    texts = [column for column in rest if column.path != title and _is_text(column)]
    if not title:
        raise CatalogError(
            f"{table.file}: no column can be a title or a text.",
            cure=f"Name one as `title` in a schema file. Columns: {', '.join(column.path for column in columns)}.",
        )
    facets = [_facet(column) for column in rest if column.path != title and column not in texts]
    return CatalogSchema(
        name=name,
        id=identifier,
        title=title,
        text=tuple(column.path for column in texts),
        image=image,
        language="zh" if _is_chinese(columns, title) else "en",
        facets=_complete(facets),
    )


def infer_facets(table: SourceTable, known: Container[str]) -> list[Facet]:
    """Facets for the columns of a table that nothing is known of yet."""
    facets = [_facet(column) for column in profile_columns(table) if key_of(column.path) not in known]
    return list(_complete(facets))


def _complete(facets: Sequence[Facet | None]) -> tuple[Facet, ...]:
    return with_asked_price(without_units(_distinct_names([facet for facet in facets if facet])))


def _named(columns: Sequence[Column], names: Sequence[str]) -> Column | None:
    by_leaf = {leaf_of(column.path): column for column in reversed(columns)}
    return next((by_leaf[name] for name in names if name in by_leaf), None)


def _id_column(columns: Sequence[Column]) -> str:
    """A column with the name of an id and hardly a value twice, else `track_id` and the like, else `[0]` of pairs.

    Empty when rows must be counted.
    """
    named = [column for name in ID_NAMES for column in columns if leaf_of(column.path) == name]
    for column in named:
        if "." not in column.path and len(set(column.texts)) >= len(column.values) * MOSTLY:
            return column.path
    other = next((column for column in columns if _is_own_id(column)), None)
    if other:
        return other.path
    first = next((column for column in columns if column.path == "[0]"), None)
    return "[0]" if first and len(set(first.texts)) == len(first.values) else ""


def _is_own_id(column: Column) -> bool:
    """`track_id` and the like: called an id, with a value of its own in every row."""
    words = leaf_of(column.path).split("_")
    whole = len(column.values) == column.rows == len(set(column.texts))
    return "." not in column.path and words[-1] in _ID_WORDS and whole


def _title_column(rest: Sequence[Column], columns: Sequence[Column]) -> str:
    """By its name, else the first of a pair, else the first column of short names, else any text."""
    named = _named(rest, TITLE_NAMES) or next((column for column in columns if column.path == "[0]"), None)
    if named:
        return named.path
    strings = [column for column in rest if _is_string(column) and not _is_identifier(column) and not column.meaning]
    labels = [
        column for column in strings if column.distinct >= MOSTLY * column.rows and column.mean_length < _LONG_TEXT
    ]
    return next((column.path for column in (*labels, *strings) if _kind(column) in (None, FacetKind.CATEGORICAL)), "")


def _image_column(columns: Sequence[Column]) -> str:
    pictures = [column for column in columns if column.share(lambda value: _IMAGE.search(as_text(value))) >= MOSTLY]
    single = [column for column in pictures if not column.is_list]
    chosen = _named(single, IMAGE_NAMES) or _named(pictures, IMAGE_NAMES) or next(iter(single or pictures), None)
    return chosen.path if chosen else ""


def _is_string(column: Column) -> bool:
    return column.share(lambda value: isinstance(value, str)) >= MOSTLY


def _is_address(column: Column) -> bool:
    return column.share(lambda value: _ADDRESS.match(as_text(value))) >= MOSTLY


def _is_text(column: Column) -> bool:
    if not _is_string(column) or _is_address(column):
        return False
    if leaf_of(column.path) in TEXT_NAMES:
        return True
    if _kind(column) is None and not _is_identifier(column) and column.distinct > 0.5 * len(column.values):
        return True
    wide = column.mean_length * (2 if column.share(lambda value: has_chinese(str(value))) > 0.5 else 1)
    return wide >= _LONG_TEXT and column.distinct > 0.5 * len(column.values) and not _splits(column)


def _is_chinese(columns: Sequence[Column], title: str) -> bool:
    titles = next(column for column in columns if column.path == title)
    return titles.share(lambda value: has_chinese(as_text(value))) > 0.5


def _kind(column: Column) -> FacetKind | None:
    """The kind of facet that the values make, or None when they make none worth having."""
    if _is_identifier(column):
        return None
    if column.is_list:
        return FacetKind.MULTI if not _all_numbers_or_addresses(column) else None
    if _is_boolean(column):
        return FacetKind.BOOLEAN
    if _is_length(column):
        return FacetKind.NUMERIC
    if column.share(lambda value: parse_number(value) is not None) >= _numeric_share(column):
        return FacetKind.NUMERIC
    if column.share(lambda value: parse_date(value) is not None) >= MOSTLY:
        return FacetKind.DATE
    if _splits(column):
        return FacetKind.MULTI
    return FacetKind.CATEGORICAL if _is_category(column) else None


def _is_length(column: Column) -> bool:
    """Minutes and seconds, as of songs: where no length reaches five minutes, 1:45 may as well be hours and minutes."""
    lengths = [length for text in column.texts if (length := parse_clock(text)) is not None]
    return len(lengths) >= MOSTLY * len(column.values) and max(lengths, default=0.0) >= _SURELY_MINUTES


def _numeric_share(column: Column) -> float:
    """A column called a price is numeric even when many of its values are words."""
    numeric = (FacetRole.PRICE, FacetRole.RATING, FacetRole.POPULARITY)
    return 0.5 if column.meaning and column.meaning.role in numeric else MOSTLY


def _is_identifier(column: Column) -> bool:
    words = set(leaf_of(column.path).split("_"))
    return bool(words & IDENTIFIERS) or _is_address(column) or (not column.is_list and _is_picture(column))


def _is_picture(column: Column) -> bool:
    return column.share(lambda value: _IMAGE.search(as_text(value))) >= MOSTLY


def _all_numbers_or_addresses(column: Column) -> bool:
    parts = [part for value in column.values for part in value]
    useless = sum(parse_number(part) is not None or bool(_ADDRESS.match(as_text(part))) for part in parts)
    return useless >= MOSTLY * len(parts)


def _is_boolean(column: Column) -> bool:
    """Yes and no in most rows; another word such as "maybe" is listed, another number makes it a count."""
    read = [parse_boolean(value) is not None for value in column.values]
    odd = [value for value, known in zip(column.values, read, strict=True) if not known]
    if sum(read) < _BOOLEAN_SHARE * len(read) or any(parse_number(value) is not None for value in odd):
        return False
    binary = all(normalize(text) in ("0", "1", "0.0", "1.0") for text in column.texts)
    return not binary or bool(_BOOLEAN_NAME.search(leaf_of(column.path)))


def _splits(column: Column) -> bool:
    """Whether the strings are lists: one delimiter in many of them, short parts, and parts that come back."""
    if not _is_string(column):
        return False
    mark = delimiter_of(column.texts)
    if not mark or sum(mark in text for text in column.texts) < 0.2 * len(column.texts):
        return False
    parts = Counter(part.strip() for text in column.texts for part in text.split(mark) if part.strip())
    total = sum(parts.values())
    prose = sum(count for part, count in parts.items() if len(part.split()) > _WORDS or len(part) > _SHORT_VALUE)
    short = prose <= 0.2 * total
    known = column.meaning is not None and column.meaning.role in (FacetRole.CATEGORY, FacetRole.CREATOR)
    return short and (known or leaf_of(column.path) == "tags" or len(parts) <= 0.6 * total)


def _is_category(column: Column) -> bool:
    if column.mean_length > _SHORT_VALUE or (column.distinct < 2 and not column.meaning):
        return False
    few = len(column.values) < _FEW_ROWS
    return column.meaning is not None or few or column.distinct <= 0.5 * len(column.values)


def _facet(column: Column) -> Facet | None:
    kind = _kind(column)
    if kind is None and _is_product_number(column):
        return _number_facet(column)
    return _described(column, kind) if kind else None


def _is_product_number(column: Column) -> bool:
    """GTIN, SKU and the like: the last word of the column's name says so, and there is one for each product."""
    named = leaf_of(column.path).rpartition("_")[2] in PRODUCT_NUMBERS
    return named and column.distinct > 0.5 * len(column.values) and not _is_address(column)


def _number_facet(column: Column) -> Facet:
    kind = FacetKind.MULTI if column.is_list else FacetKind.CATEGORICAL
    described = _described(column, kind)
    return described.model_copy(update={"role": FacetRole.IDENTIFIER, "askable": False})


def _described(column: Column, kind: FacetKind) -> Facet:
    meaning = column.meaning or NameMeaning()
    role = meaning.role if _fits(meaning.role, kind) else None
    key = key_of(column.path)
    unit = _unit(column, meaning) if kind is FacetKind.NUMERIC else ""
    own = own_name(column.path)
    return Facet(
        name=key,
        kind=kind,
        column="" if key == column.path else column.path,
        unit=unit,
        role=role,
        names=_names(own, dict(meaning.names)),
    )


def _names(own: str, names: dict[Language, tuple[str, ...]]) -> dict[Language, tuple[str, ...]]:
    """The column's own name comes first in its language: people who know the data use it."""
    language: Language = "zh" if has_chinese(own) else "en"
    return {**names, language: tuple(dict.fromkeys((own, *names.get(language, ()))))}


def _fits(role: FacetRole | None, kind: FacetKind) -> bool:
    numeric = {FacetRole.PRICE, FacetRole.RATING, FacetRole.POPULARITY}
    words = {FacetRole.CATEGORY, FacetRole.BRAND, FacetRole.CREATOR, FacetRole.PLACE}
    if role in numeric:
        return kind is FacetKind.NUMERIC
    if role in words:
        return kind in (FacetKind.CATEGORICAL, FacetKind.MULTI)
    if role is FacetRole.DATE:
        return kind in (FacetKind.NUMERIC, FacetKind.DATE)
    if role in (FacetRole.STOCK, FacetRole.AGE):
        return kind in (FacetKind.NUMERIC, FacetKind.BOOLEAN)
    return role is None or kind is FacetKind.BOOLEAN


def _unit(column: Column, meaning: NameMeaning) -> str:
    if _is_length(column):
        return MINUTES
    named = unit_in_name(column.path)
    if named or meaning.unit:
        return named or meaning.unit
    written = Counter(unit for unit in map(unit_of, column.values) if unit)
    if written:
        return known_unit(written.most_common(1)[0][0])
    return "CNY" if meaning.role is FacetRole.PRICE and has_chinese(column.path) else ""


def _distinct_names(facets: Sequence[Facet]) -> tuple[Facet, ...]:
    seen: Counter[str] = Counter()
    named = []
    for facet in facets:
        seen[facet.name] += 1
        column = facet.column or facet.name
        suffix = f"_{seen[facet.name]}" if seen[facet.name] > 1 else ""
        named.append(
            facet.model_copy(update={"name": facet.name + suffix, "column": column if suffix else facet.column})
        )
    return tuple(named)


def infer_from_items(items: Sequence[Item]) -> CatalogSchema:
    """The schema of items that are made already: kinds from the types of the values, roles from the names."""
    values: defaultdict[str, list[Any]] = defaultdict(list)
    for item in items:
        for facet, value in item.facets.items():
            values[facet].append(value)
    chinese = sum(has_chinese(item.title) for item in items) > 0.5 * len(items)
    facets = tuple(_named_as(facet, tuple(found)) for facet, found in values.items())
    return CatalogSchema(name="catalog", language="zh" if chinese else "en", facets=facets)


def _named_as(name: str, values: tuple[Any, ...]) -> Facet:
    described = _described(Column(name, values, len(values)), _kind_of_values(values))
    return described.model_copy(update={"name": name, "column": ""})


def _kind_of_values(values: Sequence[Any]) -> FacetKind:
    first = values[0]
    if isinstance(first, bool):
        return FacetKind.BOOLEAN
    if isinstance(first, (int, float)):
        return FacetKind.NUMERIC
    if isinstance(first, tuple):
        return FacetKind.MULTI
    iso = all(len(value) >= len("2024-01") and parse_date(value) == value for value in values)
    return FacetKind.DATE if iso else FacetKind.CATEGORICAL
