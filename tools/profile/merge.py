"""Which statements still hold: a newer one replaces an older one that it contradicts or repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..constraints.model import NEGATIVE, POSITIVE, Constraint, Op, Scalar
from ..normalize import normalize
from .model import LastingConstraint, Preference, Statement, Superseded

_UPPER, _LOWER, _IS = "upper", "lower", "is"
_DIRECTIONS = {
    Op.LT: {_UPPER},
    Op.LE: {_UPPER},
    Op.GT: {_LOWER},
    Op.GE: {_LOWER},
    Op.BETWEEN: {_UPPER, _LOWER},
    Op.EQ: {_IS},
    Op.IN: {_IS},
}


@dataclass(frozen=True, slots=True)
class Resolution:
    """Positions in the statements: those that hold, and the replaced ones as (older, by which)."""

    current: tuple[int, ...]
    replaced: tuple[tuple[int, int], ...]


def resolve(statements: Sequence[Statement]) -> Resolution:
    """Folds statements, oldest first. Behaviour never replaces the person's own words, however new it is."""
    current: dict[str, set[int]] = {}
    replaced: list[tuple[int, int]] = []
    for new, statement in enumerate(statements):
        near = sorted({old for mark in _marks(statement) for old in current.get(mark, ())})
        winner = next((old for old in near if _outranks(statements[old], statement)), None)
        if winner is not None:
            replaced.append((new, winner))
            continue
        for old in (old for old in near if replaces(statement, statements[old])):
            replaced.append((old, new))
            for mark in _marks(statements[old]):
                current[mark].discard(old)
        for mark in _marks(statement):
            current.setdefault(mark, set()).add(new)
    return Resolution(tuple(sorted(set().union(*current.values()))), tuple(replaced))


def history(statements: Sequence[Statement], resolution: Resolution) -> list[Superseded]:
    """The replaced statements, in the order of their replacement, each with the words of the one that replaced it."""
    pairs = [(statements[old], statements[new]) for old, new in resolution.replaced]
    gone = [Superseded(statement=old, replaced_at=max(old.time, new.time), by=new.evidence) for old, new in pairs]
    return sorted(gone, key=lambda one: one.replaced_at)


def replaces(newer: Statement, older: Statement) -> bool:
    """Whether the newer statement contradicts or repeats the older one."""
    if not _same_scope(newer.catalog, older.catalog) or (is_stated(older) and not is_stated(newer)):
        return False
    if isinstance(newer, Preference) and isinstance(older, Preference):
        return _same_subject(newer, older)
    if isinstance(newer, Preference) and isinstance(older, LastingConstraint):
        return _disagree(newer, older.constraint)
    if isinstance(newer, LastingConstraint) and isinstance(older, Preference):
        return _disagree(older, newer.constraint)
    if isinstance(newer, LastingConstraint) and isinstance(older, LastingConstraint):
        return _rivals(newer.constraint, older.constraint)
    return False


def split(statement: Statement) -> list[Statement]:
    """One statement for each value that can be taken back alone: "neither horror nor romance" are two."""
    if isinstance(statement, Preference) or statement.constraint.op not in (Op.NOT_IN, Op.ALL):
        return [statement]
    wanted = statement.constraint
    op = Op.NE if wanted.op is Op.NOT_IN else Op.ALL
    singles = [wanted.model_copy(update={"op": op, "value": value}) for value in wanted.values]
    return [statement.model_copy(update={"constraint": single}) for single in singles]


def is_stated(statement: Statement) -> bool:
    """Whether the person said it. Lasting constraints are always said."""
    return isinstance(statement, LastingConstraint) or statement.stated


def _marks(statement: Statement) -> set[str]:
    """Statements can only replace each other when they share a mark: a value, or the facet of two constraints."""
    if isinstance(statement, Preference):
        return {normalize(statement.value)}
    return {f"facet {statement.constraint.facet}"} | {_word(value) for value in statement.constraint.values}


def _outranks(older: Statement, newer: Statement) -> bool:
    """Whether words about the same subject, said before, stand against newer behaviour."""
    if not isinstance(newer, Preference) or newer.stated or not is_stated(older):
        return False
    if not _same_scope(older.catalog, newer.catalog):
        return False
    return _same_subject(older, newer) if isinstance(older, Preference) else _disagree(newer, older.constraint)


def _same_scope(one: str, other: str) -> bool:
    return one == other or not one or not other


def _same_subject(one: Preference, other: Preference) -> bool:
    return _same_scope(one.facet, other.facet) and normalize(one.value) == normalize(other.value)


def _disagree(preference: Preference, constraint: Constraint) -> bool:
    """Whether one asks for exactly what the other rules out."""
    if not _same_scope(preference.facet, constraint.facet):
        return False
    only_that = {_word(value) for value in constraint.values} == {normalize(preference.value)}
    return only_that and constraint.op in (NEGATIVE if preference.weight > 0 else POSITIVE)


def _rivals(newer: Constraint, older: Constraint) -> bool:
    if newer.facet != older.facet:
        return False
    if _DIRECTIONS.get(newer.op, set()) & _DIRECTIONS.get(older.op, set()):
        return True
    new_words, old_words = ({_word(value) for value in one.values} for one in (newer, older))
    if newer.op in POSITIVE and older.op in NEGATIVE:
        return bool(new_words & old_words)
    if newer.op in NEGATIVE and older.op in POSITIVE:
        return old_words <= new_words
    return _gap(newer, older) or (newer.op is older.op and new_words == old_words)


def _gap(newer: Constraint, older: Constraint) -> bool:
    """Whether an upper and a lower bound leave no room between them."""
    ends = {_side(one): one.values[0] for one in (newer, older)}
    if _UPPER not in ends or _LOWER not in ends:
        return False
    low, high = ends[_LOWER], ends[_UPPER]
    if isinstance(low, str) or isinstance(high, str):
        return isinstance(low, str) and isinstance(high, str) and low > high
    return float(low) > float(high)


def _side(constraint: Constraint) -> str:
    directions = _DIRECTIONS.get(constraint.op, set())
    return next(iter(directions)) if len(directions) == 1 else ""


def _word(value: Scalar) -> str:
    return normalize(value) if isinstance(value, str) else f"{float(value):g}"
