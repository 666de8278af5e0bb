"""`Reading`: everything that the structure of a message tells, before its intent is decided."""

from __future__ import annotations

from dataclasses import dataclass

from ....graphs.briefs import UnderstandBrief
from ....graphs.understanding import Critique, ItemFeedback
from ....tools.constraints import Constraint, Op
from ....tools.items import FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .amounts import find_amounts
from .answers import Answer, read_answer
from .bounds import Bound, find_bounds
from .critiques import Pointed, critiques, direction_words, find_directions, leaning_constraints, other_values
from .cues import cue
from .facets import NameSpan, name_spans
from .feedback import find_feedback, wanted_like
from .mentions import TitleMention, ValueMention, find_titles, find_values, resolved
from .periods import find_periods
from .questions import asked_facets, boolean_facets, wanted_count, wants_more
from .references import Reference, find_references
from .relaxation import relaxed_directions, relaxed_facets
from .text import Message, Span, overlaps
from .values import value_constraints
from .wishes import SelfStatement, self_statements


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of one message."""

    message: Message
    titles: tuple[TitleMention, ...]
    values: tuple[ValueMention, ...]
    references: tuple[Reference, ...]
    bounds: tuple[Bound, ...]
    constraints: tuple[Constraint, ...]
    relaxed: tuple[str, ...]
    statements: tuple[SelfStatement, ...]
    feedback: tuple[ItemFeedback, ...]
    critiques: tuple[Critique, ...]
    similar_to: tuple[str, ...]
    facets_asked: tuple[str, ...]
    answer: Answer
    more: bool
    count: int | None
    used: tuple[Span, ...]
    """Characters that are understood, so that a search need not look for them."""

    @property
    def reference_ids(self) -> tuple[str, ...]:
        """Ids of all items referred to, without repeats."""
        return tuple(dict.fromkeys(item for one in self.references for item in one.ids))


def read(message: Message, brief: UnderstandBrief, lexicon: CatalogLexicon) -> Reading:
    """Reads titles and references first, then numbers, then values: each leaves its characters to nobody else."""
    names = name_spans(message, lexicon)
    titles, values = resolved(find_titles(message, lexicon), find_values(message, lexicon, names, []))
    references = find_references(message, brief, lexicon, titles)
    held = [Span(one.start, one.end) for one in references if one.kind != "pronoun"]
    stock = [Span(start, end) for start, end, _ in boolean_facets(message, lexicon)]
    values = [one for one in values if not overlaps(one, [*held, *stock])]
    similar, similar_spans = wanted_like(message, references)
    bounds = _bounds(message, lexicon, names, [*held, *_spans(values)])
    relaxed, relaxed_spans = relaxed_facets(message, names)
    pointed = find_directions(message, lexicon, [*held, *_spans(bounds), *relaxed_spans])
    given_up = relaxed_directions(message, pointed)
    pointed = [one for one in pointed if one not in given_up]
    values = [one for one in values if not overlaps(one, [*_spans(bounds), *relaxed_spans, *_spans(pointed)])]
    statements = self_statements(message, values, held)
    relative = bool(brief.shown or similar or references)
    answer = read_answer(message, brief, lexicon)
    conditions = _constraints(message, brief, lexicon, names, values, bounds, pointed, relative, statements, references)
    return Reading(
        message=message,
        titles=tuple(titles),
        values=tuple(values),
        references=tuple(references),
        bounds=tuple(bounds),
        constraints=_merged(conditions, answer.constraints),
        relaxed=tuple(dict.fromkeys((*relaxed, *(one.facet for one in given_up), *answer.relaxed))),
        statements=tuple(statements),
        feedback=tuple(find_feedback(message, references, [one.id for one in brief.shown], similar_spans)),
        critiques=(*critiques(pointed, relative), *other_values(message, lexicon, names)),
        similar_to=tuple(similar),
        facets_asked=asked_facets(message, lexicon, names),
        answer=answer,
        more=wants_more(message, references, [*relaxed_spans, *similar_spans, *_spans(pointed)]),
        count=wanted_count(message, lexicon, [*held, *_spans(bounds)]),
        used=(
            *_spans(values),
            *_spans(bounds),
            *_spans(references),
            *_spans(pointed),
            *relaxed_spans,
            *similar_spans,
            *stock,
            *direction_words(message),
            *_said_otherwise(message, names),
            *_refusing(message, conditions),
            *_names_beside(names, values),
            *(one.clause for one in statements if one.wish.weight < 0),
        ),
    )


_OTHERWISE = (
    "lasting",
    "soft",
    "self_like",
    "self_dislike",
    "self_is",
    "more",
    "start_over",
    "instead",
    "count_phrase",
    "free",
)


def _refusing(message: Message, conditions: list[Constraint]) -> list[Span]:
    if not any(one.op in (Op.NE, Op.NOT_IN) for one in conditions):
        return []
    return [
        Span(*match.span()) for name in ("negation", "negation_after") for match in cue(name).finditer(message.text)
    ]


def _names_beside(names: list[NameSpan], values: list[ValueMention]) -> list[Span]:
    return [
        Span(*name[:2])
        for name in names
        for one in values
        if -2 <= name.start - one.end <= 3 or -2 <= one.start - name.end <= 6
    ]


def _said_otherwise(message: Message, names: list[NameSpan]) -> list[Span]:
    """Words that are read as something else than what to search for."""
    spans = [Span(*match.span()) for name in _OTHERWISE for match in cue(name).finditer(message.text)]
    refusing = list(cue("not_that").finditer(message.text))
    return spans + [
        Span(match.start(), name.end) for match in refusing for name in names if 0 <= name.start - match.end() <= 2
    ]


def _spans(found: list[Bound] | list[Pointed] | list[ValueMention] | list[Reference]) -> list[Span]:
    return [Span(one.start, one.end) for one in found]


def _bounds(message: Message, lexicon: CatalogLexicon, names: list[NameSpan], held: list[Span]) -> list[Bound]:
    periods = [one for one in find_periods(message, lexicon) if not overlaps(one, held)]
    amounts = find_amounts(message, [*held, *_spans(periods)])
    return [*periods, *find_bounds(message, lexicon, amounts, names)]


def _constraints(
    message: Message,
    brief: UnderstandBrief,
    lexicon: CatalogLexicon,
    names: list[NameSpan],
    values: list[ValueMention],
    bounds: list[Bound],
    pointed: list[Pointed],
    relative: bool,
    statements: list[SelfStatement],
    references: list[Reference],
) -> list[Constraint]:
    disliked = {(one.wish.facet, one.wish.value) for one in statements if one.wish.weight < 0}
    said = value_constraints(message, lexicon, values, disliked)
    said = [_as_stated(one, statements) for one in said]
    categories = [str(value) for one in said if _is_category(lexicon, one) for value in one.values]
    return [
        *said,
        *(bound.constraint for bound in bounds),
        *leaning_constraints(pointed, lexicon, categories, relative),
        *_yes_or_no(message, lexicon),
        *_not_that(message, brief, lexicon, names, references),
    ]


def _as_stated(constraint: Constraint, statements: list[SelfStatement]) -> Constraint:
    """What the person likes in general is a wish for now; what they refuse in general holds."""
    liked = {(one.wish.facet, one.wish.value) for one in statements if one.wish.weight > 0}
    wished = constraint.op not in (Op.NE, Op.NOT_IN) and any(
        (constraint.facet, value) in liked for value in constraint.values
    )
    return constraint.model_copy(update={"hard": False}) if wished else constraint


def _is_category(lexicon: CatalogLexicon, one: Constraint) -> bool:
    facet = lexicon.facet(one.facet)
    return facet is not None and facet.role is FacetRole.CATEGORY and one.op in (Op.EQ, Op.IN)


def _yes_or_no(message: Message, lexicon: CatalogLexicon) -> list[Constraint]:
    """ "with wifi", "in stock", "free"; a negation right before turns a boolean round."""
    found: list[Constraint] = []
    for start, _, facet in boolean_facets(message, lexicon):
        before = message.text[max(0, start - 12) : start].rstrip()
        no = any(match.end() == len(before) for match in cue("negation").finditer(before))
        if facet.kind is FacetKind.BOOLEAN:
            found.append(Constraint(facet=facet.name, op=Op.EQ, value=not no))
        elif facet.kind is FacetKind.NUMERIC and not no:
            found.append(Constraint(facet=facet.name, op=Op.GT, value=0.0))
    price = lexicon.by_role(FacetRole.PRICE)
    if price is not None and cue("free").search(message.text):
        found.append(Constraint(facet=price.name, op=Op.EQ, value=0.0))
    return list(dict.fromkeys(found))


def _not_that(
    message: Message,
    brief: UnderstandBrief,
    lexicon: CatalogLexicon,
    names: list[NameSpan],
    references: list[Reference],
) -> list[Constraint]:
    """ "not that brand": the value of the item referred to, or of the first that was shown, is refused."""
    found: list[Constraint] = []
    shown = {one.id: one for one in brief.shown}
    ids = [item for one in references if one.kind != "pronoun" for item in one.ids if item in shown] or list(shown)[:1]
    for name in names:
        facet = lexicon.facet(name.facet)
        before = message.text[: name.start]
        refusing = [match for match in cue("not_that").finditer(before) if not before[match.end() :].strip(" 的个")]
        value = shown[ids[0]].facets.get(name.facet) if ids else None
        if not refusing or facet is None or facet.kind not in (FacetKind.CATEGORICAL, FacetKind.MULTI) or not value:
            continue
        if refusing[-1].group() in ("different", "another", "其他", "其它", "别的"):
            continue
        many = isinstance(value, tuple)
        found.append(Constraint(facet=facet.name, op=Op.NOT_IN if many else Op.NE, value=value))
    return list(dict.fromkeys(found))


def _merged(said: list[Constraint], answered: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """Conditions without repeats; the answer to a question wins over other readings of its facet."""
    facets = {one.facet for one in answered}
    return tuple(dict.fromkeys([*answered, *(one for one in said if one.facet not in facets)]))
