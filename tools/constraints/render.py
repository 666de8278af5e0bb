"""Constraints in words: `price under $500`, `价格低于500美元`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..items import CatalogSchema, Facet, FacetKind, FacetRole, Language
from ..normalize import has_chinese, normalize
from .model import Constraint, Op, Scalar
from .units import is_year, show_number

_ENGLISH = {
    Op.EQ: "{label} {value}", Op.NE: "{label} not {value}", Op.IN: "{label} {value}", Op.NOT_IN: "{label} not {value}",
    Op.LT: "{label} under {value}", Op.LE: "{label} at most {value}", Op.GT: "{label} over {value}",
    Op.GE: "{label} at least {value}", Op.BETWEEN: "{label} from {low} to {high}", Op.ALL: "{label} {value}",
    Op.CONTAINS: '{label} containing "{value}"',
}  # fmt: skip
_CHINESE = {
    Op.EQ: "{label}是{value}", Op.NE: "{label}不是{value}", Op.IN: "{label}是{value}", Op.NOT_IN: "{label}不是{value}",
    Op.LT: "{label}低于{value}", Op.LE: "{label}不超过{value}", Op.GT: "{label}高于{value}",
    Op.GE: "{label}不低于{value}",
    Op.BETWEEN: "{label}在{low}到{high}之间", Op.ALL: "{label}同时有{value}", Op.CONTAINS: "{label}包含“{value}”",
}  # fmt: skip
_ENGLISH_TIME = {Op.LT: "{label} before {value}", Op.LE: "{label} {value} or earlier", Op.GT: "{label} after {value}",
                 Op.GE: "{label} {value} or later"}  # fmt: skip
_CHINESE_TIME = {Op.LT: "{label}早于{value}", Op.LE: "{label}不晚于{value}", Op.GT: "{label}晚于{value}",
                 Op.GE: "{label}不早于{value}", Op.BETWEEN: "{label}从{low}到{high}"}  # fmt: skip
_TEMPLATES = {
    ("en", False): _ENGLISH,
    ("zh", False): _CHINESE,
    ("en", True): _ENGLISH | _ENGLISH_TIME,
    ("zh", True): _CHINESE | _CHINESE_TIME,
}
_KINDS = {
    ("en", True): "{value}", ("en", False): "not {value}", ("zh", True): "是{value}", ("zh", False): "不是{value}",
}  # fmt: skip
_STOCK: dict[Language, tuple[str, str]] = {"en": ("out of stock", "in stock"), "zh": ("缺货", "有货")}
_STOCK_LEVELS = {
    (Op.GT, 0.0): True, (Op.GE, 1.0): True, (Op.NE, 0.0): True,
    (Op.LE, 0.0): False, (Op.LT, 1.0): False, (Op.EQ, 0.0): False,
}  # fmt: skip
_YEAR = re.compile(r"\d{4}")
_CHINESE_NEGATIONS = {
    "有": "没有",
    "是": "不是",
    "可": "不可",
    "能": "不能",
    "含": "不含",
    "支持": "不支持",
    "接受": "不接受",
}


def render(constraint: Constraint, schema: CatalogSchema, language: Language) -> str:
    """The constraint in words. A facet that the schema does not have goes by its key."""
    facet = schema.facet(constraint.facet)
    truth = _truth(constraint, facet)
    if truth is not None and facet is not None and facet.role is FacetRole.STOCK:
        return _STOCK[language][truth]
    label = facet.label(language) if facet else constraint.facet.replace("_", " ")
    if truth is not None:
        return _yes_or_no(label, truth, language)
    if facet is not None and _names_kinds(constraint, facet):
        return _kind(constraint, facet, language)
    constraint = _whole_years(constraint)
    template = _TEMPLATES[language, facet is not None and is_year(facet)][constraint.op]
    shown = [render_value(value, facet, language) for value in constraint.values]
    low, high = (shown[0], shown[-1]) if shown else ("", "")
    return template.format(label=label, value=_joined(shown, constraint.op, language), low=low, high=high)


def render_all(constraints: Iterable[Constraint], schema: CatalogSchema, language: Language) -> tuple[str, ...]:
    """Each constraint in words, in order, the same words once."""
    return tuple(dict.fromkeys(render(constraint, schema, language) for constraint in constraints))


def render_value(value: Scalar, facet: Facet | None, language: Language) -> str:
    """A value as people read it: with its unit, or under its alias when the catalog's word is in the other language."""
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, float | int):
        return show_number(value, facet, language)
    if facet is not None and facet.kind is FacetKind.DATE and language == "zh" and _YEAR.fullmatch(value):
        return f"{value}年"
    if facet is None or has_chinese(value) is (language == "zh"):
        return value
    aliases = next((words for key, words in facet.aliases.items() if normalize(key) == normalize(value)), ())
    return next((word for word in aliases if has_chinese(word) is (language == "zh")), value)


def _truth(constraint: Constraint, facet: Facet | None) -> bool | None:
    """Whether the constraint is a plain yes or no: a boolean, or stock above or at zero; None for any other."""
    value = constraint.value
    if isinstance(value, bool):
        return value is (constraint.op is Op.EQ) if constraint.op in (Op.EQ, Op.NE) else None
    stock = facet is not None and facet.role is FacetRole.STOCK and facet.kind is FacetKind.NUMERIC
    return _STOCK_LEVELS.get((constraint.op, float(value))) if stock and isinstance(value, float | int) else None


def _names_kinds(constraint: Constraint, facet: Facet) -> bool:
    """Whether the values are nouns of several catalogs, which have other words, rather than names of catalogs."""
    known = all(facet.aliases.get(str(value)) for value in constraint.values)
    return facet.role is FacetRole.CATALOG and known and constraint.op in (Op.EQ, Op.NE, Op.IN, Op.NOT_IN)


def _kind(constraint: Constraint, facet: Facet, language: Language) -> str:
    """What an item is or is not: `a movie`, `不是书`."""
    shown = [render_value(value, facet, language) for value in constraint.values]
    if language == "en":
        shown = [f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}" for word in shown]
    template = _KINDS[language, constraint.op in (Op.EQ, Op.IN)]
    return template.format(value=_joined(shown, Op.IN, language))


def _yes_or_no(label: str, truth: bool, language: Language) -> str:
    if truth:
        return label
    if language == "en":
        return f"not {label}"
    start = next((start for start in _CHINESE_NEGATIONS if label.startswith(start)), "")
    return _CHINESE_NEGATIONS[start] + label.removeprefix(start) if start else f"非{label}"


def _whole_years(constraint: Constraint) -> Constraint:
    """The same bounds with `1999` in place of the first or last day of 1999, where the words then mean the same."""
    ends = constraint.values
    first = {Op.GE, Op.LT, Op.BETWEEN}
    last = {Op.LE, Op.GT, Op.BETWEEN}
    starts = constraint.op in first and str(ends[0]).endswith("-01-01")
    stops = constraint.op in last and str(ends[-1]).endswith("-12-31")
    if constraint.op is Op.BETWEEN and starts and stops:
        low, high = str(ends[0])[:4], str(ends[-1])[:4]
        update = {"op": Op.EQ, "value": low} if low == high else {"value": (low, high)}
        return constraint.model_copy(update=update)
    if constraint.op is not Op.BETWEEN and (starts or stops):
        return constraint.model_copy(update={"value": str(ends[0])[:4]})
    return constraint


def _joined(shown: list[str], op: Op, language: Language) -> str:
    if len(shown) < 2:
        return "".join(shown)
    comma = ", " if language == "en" else "、"
    last = {("en", True): " and ", ("en", False): " or ", ("zh", True): "和", ("zh", False): "或"}[
        language, op is Op.ALL
    ]
    return comma.join(shown[:-1]) + last + shown[-1]
