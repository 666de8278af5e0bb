"""`Parts`: the pieces that a message is taken apart into, each reader leaving its characters to nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....graphs.briefs import UnderstandBrief
from ....tools.constraints import Constraint
from ....tools.items import FacetRole
from ..lexicon import CatalogLexicon
from .amounts import find_amounts
from .bounds import Bound, find_bounds
from .coded import coded_values
from .critiques import Pointed, compared_with_items, find_directions, unpriced
from .cues import cue
from .elsewhere import elsewhere
from .facets import NameSpan, name_spans, own_units
from .feedback import wanted_like
from .homes import adapted, likened, titles_meant
from .kinds import Kind, ReadKind, any_kind, named_kinds, read_kinds
from .mentions import TitleMention, ValueMention, beside, find_titles, find_values, is_signal, resolved
from .moods import Mood, find_moods
from .negation import narrower_refusals, too_much
from .periods import find_periods
from .questions import Flag, boolean_facets
from .references import Reference, find_references
from .relaxation import dropped_values, relaxed_directions, relaxed_facets
from .text import Message, Span, Spanned, overlaps
from .wishes import SelfStatement, refused_topics, self_statements


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands where in a message."""

    message: Message
    brief: UnderstandBrief
    lexicon: CatalogLexicon
    names: list[NameSpan]
    references: list[Reference]
    held: list[Span]
    """Characters of the references, pronouns aside."""
    flags: list[Flag]
    """Yes-or-no facets and the stock."""
    values: list[ValueMention]
    similar: list[str]
    """Ids of the items that the person wants something like."""
    similar_spans: list[Span]
    bounds: list[Bound]
    relaxed: list[str]
    """Keys of the facets given up."""
    relaxed_spans: list[Span]
    pointed: list[Pointed]
    """Directions, those that are compared with an item or given up left out."""
    than: dict[Pointed, Constraint]
    """Directions compared with an item, as bounds."""
    statements: list[SelfStatement]
    moods: list[Mood]
    topics: list[SelfStatement]
    """Refused topics that are no values of the catalog."""
    kinds: list[ReadKind]
    """Words for the catalogs that the catalog joins."""
    alike: frozenset[tuple[str, str]]
    """(facet, value) of those whose works something is to be like."""

    @property
    def relative(self) -> bool:
        """Whether there is something that "cheaper" can be compared with."""
        return bool(self.brief.shown or self.similar or self.references)


def take_apart(message: Message, brief: UnderstandBrief, lexicon: CatalogLexicon) -> Parts:
    """Titles and references first, then numbers, then conditions given up, directions, values and statements."""
    names = name_spans(message, lexicon)
    kinds = named_kinds(message, lexicon.kinds)
    titles, values = _mentioned(message, lexicon, names, kinds)
    references = find_references(message, brief, lexicon, titles, values)
    held = [Span(one.start, one.end) for one in references if one.kind != "pronoun"]
    flags = [one for one in _flags(message, lexicon, names, values) if not overlaps(one, held)]
    away = elsewhere(message, lexicon, held, _naming(names, values))
    values = _free(values, [*held, *spans(flags), *away])
    bounds = [one for one in _bounds(message, lexicon, names, [*held, *spans(values)]) if not overlaps(one, away)]
    relaxed, relaxed_spans = relaxed_facets(message, names, values)
    alike = likened(message, lexicon, values)
    remarks = [Span(*found.span()) for found in cue("remark").finditer(message.text)]
    pointed = find_directions(message, lexicon, [*held, *spans(bounds), *relaxed_spans, *remarks, *away])
    pointed = [one for one in pointed if one.relative or not any(_within(one, value) for value in values)]
    pointed += unpriced(message, lexicon, [*held, *away])
    dropped = dropped_values(message, values)
    values = [one for one in values if not (references and too_much(message, one))]
    values = _free(values, [*bounds, *relaxed_spans, *pointed, *dropped, *narrower_refusals(message, values)])
    given_up = relaxed_directions(message, pointed)
    than = compared_with_items(message, pointed, references, lexicon)
    statements = self_statements(message, values, held)
    moods = find_moods(message, held)
    clauses = [one.clause for one in statements]
    tastes = [(one.clause, one.wish.weight) for one in statements]
    kinds = _unnamed(kinds, values, names)
    read = read_kinds(message, lexicon.kinds, kinds, held, tastes, values)
    similar, similar_spans = _similar(message, lexicon, references, read)
    any_spans = any_kind(message, [one.label for one in lexicon.kinds], read, asked=_asks_other(brief, lexicon))
    return Parts(
        message=message,
        brief=brief,
        lexicon=lexicon,
        names=names,
        references=references,
        held=held,
        flags=flags,
        values=values,
        similar=similar,
        similar_spans=[*similar_spans, *(span for said in alike.values() for span in said)],
        bounds=bounds,
        relaxed=_facets_given_up([*given_up, *dropped], lexicon, relaxed, any_spans),
        relaxed_spans=[*relaxed_spans, *spans(given_up), *spans(dropped), *any_spans],
        pointed=[one for one in pointed if one not in than and not overlaps(one, given_up)],
        than=than,
        statements=statements,
        moods=moods,
        topics=refused_topics(
            message, [*values, *held, *relaxed_spans, *names, *bounds, *pointed, *clauses, *moods, *read]
        ),
        kinds=read,
        alike=frozenset((one.facet, value) for one in alike for value in one.values),
    )


def _mentioned(
    message: Message, lexicon: CatalogLexicon, names: list[NameSpan], kinds: Sequence[Kind]
) -> tuple[list[TitleMention], list[ValueMention]]:
    """The titles and the values that are meant."""
    found = [*find_values(message, lexicon, names, []), *coded_values(message, lexicon, names)]
    meant = titles_meant(message, lexicon, find_titles(message, lexicon), found, kinds)
    titles, values = resolved(meant, found, names)
    return titles, [] if is_signal(message) else [one for one in values if not _is_kind(one, kinds)]


def _within(one: Pointed, value: ValueMention) -> bool:
    """Whether a leaning is a word of a longer value: "luxury watches" is a kind of thing."""
    return value.start <= one.start and one.end <= value.end and value.end - value.start > one.end - one.start


def _naming(names: Sequence[NameSpan], values: Sequence[ValueMention]) -> list[NameSpan]:
    """Names of facets right before a value of theirs."""
    return [
        name
        for name in names
        if any(one.facet == name.facet and beside(name, one) for one in values if one.start >= name.end)
    ]


def _asks_other(brief: UnderstandBrief, lexicon: CatalogLexicon) -> bool:
    """Whether the last reply asked about something else than the kind of thing: "whatever" answers that."""
    facet = lexicon.facet(brief.asked_facet) if brief.asked_facet else None
    return facet is not None and facet.role is not FacetRole.CATALOG


def _facets_given_up(
    found: Sequence[Pointed | ValueMention], lexicon: CatalogLexicon, relaxed: Sequence[str], any_spans: Sequence[Span]
) -> list[str]:
    facet = lexicon.by_role(FacetRole.CATALOG) if any_spans else None
    return list(dict.fromkeys([*relaxed, *(one.facet for one in found), *([facet.name] if facet else [])]))


def _similar(
    message: Message, lexicon: CatalogLexicon, references: list[Reference], kinds: list[ReadKind]
) -> tuple[list[str], list[Span]]:
    """Ids of the items that something like is wanted, also in another catalog, and where that is said."""
    items, said = wanted_like(message, references)
    elsewhere, also_said = adapted(message, lexicon, kinds, references)
    return list(dict.fromkeys([*items, *elsewhere])), [*said, *also_said]


def _unnamed(kinds: Sequence[Kind], values: Sequence[ValueMention], names: Sequence[NameSpan]) -> list[Kind]:
    """Words for kinds that are no part of a value said beside the name of its facet: 类型是黑色小说."""
    named = [one for one in values if any(name.facet == one.facet and beside(name, one) for name in names)]
    return [one for one in kinds if not overlaps(one, named)]


def _is_kind(value: ValueMention, kinds: Sequence[Kind]) -> bool:
    """Whether it is only the word for a kind of thing, which some value happens to be spelt like."""
    return any(kind.start <= value.start and value.end <= kind.end for kind in kinds)


def spans(found: Sequence[Spanned]) -> list[Span]:
    """Their offsets alone."""
    return [Span(one.start, one.end) for one in found]


def _free(values: list[ValueMention], taken: Sequence[Spanned]) -> list[ValueMention]:
    return [one for one in values if not overlaps(one, taken)]


def _flags(message: Message, lexicon: CatalogLexicon, names: list[NameSpan], values: list[ValueMention]) -> list[Flag]:
    """Those that are no value of a facet that is named: "availability is In Stock"."""
    facets = {name.facet for name in names}
    named = [one for one in values if one.facet in facets]
    return [one for one in boolean_facets(message, lexicon) if not overlaps(one, named)]


def _bounds(message: Message, lexicon: CatalogLexicon, names: list[NameSpan], held: list[Span]) -> list[Bound]:
    periods = [one for one in find_periods(message, lexicon) if not overlaps(one, held)]
    amounts = find_amounts(message, [*held, *spans(periods)], own_units(lexicon))
    return [*periods, *find_bounds(message, lexicon, amounts, names)]
