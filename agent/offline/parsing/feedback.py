"""What the person says of items: liked, disliked, seen, not now, chosen, and what they want more of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....graphs.briefs import UnderstandBrief
from ....graphs.understanding import WHICH, ItemFeedback
from ....tools.profile.model import FeedbackKind
from .critiques import complains
from .cues import cue
from .references import Reference
from .text import Message, Span, overlaps

_CLAUSE = re.compile(r"[.!?;,。！？；，]+|\b(?:but|and|though|however|while|whereas)\b|但是?|不过|而且|然后|而(?!且)")
_KINDS = (
    ("chosen", FeedbackKind.CHOSEN),
    ("seen", FeedbackKind.SEEN),
    ("not_now", FeedbackKind.NOT_NOW),
    ("dislike", FeedbackKind.DISLIKE),
    ("like", FeedbackKind.LIKE),
)
_CHOICES = 2
_WANTED = re.compile(r"\b(?:i'd|i would|would|if you)\s+(?:really |also )?(?:like|love)\b|你喜欢")
_BARE_LIKE = re.compile(
    r"(?:^|n't|\b(?:i|we|they|not|never|really|do|also|absolutely|totally|just|did|kinda|only|kids|wife|husband))\s*$"
)


def find_feedback(
    message: Message, references: Sequence[Reference], brief: UnderstandBrief, blocked: list[Span]
) -> list[ItemFeedback]:
    """Clause by clause; one without an item of its own speaks of those of the clause before, or of what is in view.

    "All too expensive" is a direction for the next list, not a dislike of each.
    """
    found: dict[tuple[str, FeedbackKind], ItemFeedback] = {}
    titles = [Span(one.start, one.end) for one in references if one.kind == "title"]
    previous: tuple[str, ...] = ()
    asked = asked_which(brief)
    for clause in clauses(message, [Span(one.start, one.end) for one in references]):
        own = tuple(item for one in references if overlaps(one, [clause]) for item in one.ids)
        kind = _kind(message.text, clause, [*blocked, *titles]) or _refusal(message.text, clause, references, blocked)
        kind = kind or (asked if own and only_refers(message, references) else None)
        items = own or previous or (_in_view(message.text, clause, brief) if kind else ())
        if _refuses_all(message.text, clause, brief) or (
            kind is FeedbackKind.DISLIKE and not items and _says_only(message.text, clause, kind, pointing=False)
        ):
            kind, items = FeedbackKind.NOT_NOW, tuple(one.id for one in brief.shown)
        measured = len(items) > 1 and complains(message.text[clause.start : clause.end])
        if kind is not None and not measured:
            found |= {(item, kind): ItemFeedback(item_id=item, kind=kind) for item in items}
        for key in [key for key in found if key[0] in items]:
            if not found[key].reason and (reason := _reason(message, clause, found[key].kind)):
                found[key] = found[key].model_copy(update={"reason": reason})
        previous = own or previous
    return list(found.values())


def _refuses_all(text: str, clause: Span, brief: UnderstandBrief) -> bool:
    """ "None of these": not now, and no word against any of them on its own.

    A bare "no" may answer a question to be answered with yes or no; to "which: A, B or C?" it wants another list.
    """
    closed = bool(brief.asked_facet) and len(brief.asked_values) < _CHOICES
    names = ("refused_for_others",) if closed else ("refused_for_others", "refused_bare")
    if not brief.shown:
        return False
    whole = any(cue(name).search(text.strip()) for name in names)
    return whole or cue("refused_all").search(text[clause.start : clause.end].strip()) is not None


def clauses(message: Message, whole: list[Span]) -> list[Span]:
    """The clauses of a message; nothing inside `whole` (titles) divides."""
    ends = [match for match in _CLAUSE.finditer(message.text) if not overlaps(Span(*match.span()), whole)]
    starts = [0, *(match.end() for match in ends)]
    stops = [*(match.start() for match in ends), len(message.text)]
    return [Span(start, stop) for start, stop in zip(starts, stops, strict=True) if message.text[start:stop].strip()]


def _kind(text: str, clause: Span, blocked: list[Span]) -> FeedbackKind | None:
    said = text[clause.start : clause.end]
    offset = clause.start + len(said) - len(said.lstrip())
    said = said.strip()
    for name, kind in _KINDS:
        for match in cue(name).finditer(said):
            span = Span(match.start() + offset, match.end() + offset)
            if not overlaps(span, blocked) and _holds(kind, said, match):
                return kind
    return None


def _refusal(text: str, clause: Span, references: Sequence[Reference], blocked: list[Span]) -> FeedbackKind | None:
    """ "no to the second", "please no Dracula", 第四个不要: the item itself is refused."""
    named = [one for one in references if one.kind != "pronoun" and not overlaps(one, blocked)]
    own = [one for one in named if overlaps(one, [clause])]
    return FeedbackKind.DISLIKE if any(refuses(text, clause, one) for one in own) else None


def refuses(text: str, clause: Span, one: Reference) -> bool:
    """Whether a negation stands right before or right after the reference."""
    before, after = text[clause.start : one.start], text[one.end : clause.end]
    said = re.search(rf"(?:{cue('negation').pattern})(?:\s|to|the|for|[\"'《])*$", before)
    safe = said and cue("not_negation").search(before, said.start())
    return bool(said and not safe) or re.match(rf"[\"'》\s]*(?:{cue('item_refused').pattern})", after) is not None


def _holds(kind: FeedbackKind, said: str, match: re.Match[str]) -> bool:
    """A bare "like" needs somebody who likes; "I'd like" is a wish; a negated seeing is none."""
    before = said[: match.start()]
    if kind is FeedbackKind.LIKE:
        if _WANTED.search(said[: match.end()]):
            return False
        return match.group() not in ("like", "love") or _BARE_LIKE.search(before) is not None
    if kind is FeedbackKind.SEEN:
        return re.search(r"(?:n't|not|never|you|to|should i|can i)\s+(?:ever )?$|[没未不]\S?$", before) is None
    return True


def open_verdict(message: Message, references: Sequence[Reference], brief: UnderstandBrief) -> FeedbackKind | None:
    """What is said of one of several items that were shown, without a word on which: "seen it", 看过了."""
    if references or len(brief.shown) < 2 or len(brief.in_focus) == 1:
        return None
    for clause in clauses(message, []):
        kind = _kind(message.text, clause, [])
        if kind and not _in_view(message.text, clause, brief):
            pointing = kind is not FeedbackKind.SEEN
            return kind if _says_only(message.text, clause, kind, pointing=pointing or None) else None
    return None


def asked_which(brief: UnderstandBrief) -> FeedbackKind | None:
    """The verdict of which the last reply asked what item it is on."""
    return FeedbackKind(brief.asked_facet.removeprefix(WHICH)) if brief.asked_facet.startswith(WHICH) else None


def only_refers(message: Message, references: Sequence[Reference]) -> bool:
    """Whether the message is nothing but the items it refers to: "the second and the fourth"."""
    rest = message.text
    for one in sorted(references, reverse=True):
        rest = rest[: one.start] + " " + rest[one.end :]
    return not _left(rest)


def _says_only(text: str, clause: Span, kind: FeedbackKind, *, pointing: bool | None) -> bool:
    """Whether the clause is that verdict and no more; `pointing`: with a word for one item, or without any."""
    said = text[clause.start : clause.end].strip()
    points = cue("pronoun_one").search(said) is not None
    if pointing is not None and points is not pointing:
        return False
    names = [name for name, one in _KINDS if one is kind]
    return any(not _left(f"{said[: one.start()]} {said[one.end() :]}") for one in cue(names[0]).finditer(said))


def _left(said: str) -> bool:
    """Whether any word says something."""
    said = cue("verdict_filler").sub(" ", cue("pronoun_one").sub(" ", said))
    return any(sign.isalnum() for sign in said)


def _in_view(text: str, clause: Span, brief: UnderstandBrief) -> tuple[str, ...]:
    """The one item that was shown or spoken of last, or all that were shown when the clause says so."""
    said, shown = text[clause.start : clause.end], [one.id for one in brief.shown]
    if len(shown) == 1 or re.search(r"\b(?:none|neither|all|any|either|both) of (?:them|these|those)\b|都", said):
        return tuple(shown)
    return brief.in_focus if len(brief.in_focus) == 1 else ()


def _reason(message: Message, clause: Span, kind: FeedbackKind) -> str:
    """Why, in the person's words: what follows "because", or what it is too much of."""
    text = message.text[clause.start : clause.end]
    match = re.search(r"\b(?:because|since|cause|as)\b(?: of| it'?s| it is| it was| they'?re?)?\s*|因为", text)
    if match and text[match.end() :].strip():
        return message.raw[clause.start + match.end() : clause.end].strip()
    if kind in (FeedbackKind.DISLIKE, FeedbackKind.NOT_NOW) and (match := cue("negative_reason").search(text)):
        return message.raw[clause.start + match.start() : clause.start + match.end()].strip()
    return ""


def wanted_like(message: Message, references: Sequence[Reference]) -> tuple[list[str], list[Span]]:
    """Ids of the items that the person wants something like, and the characters that say so."""
    ids: list[str] = []
    spans: list[Span] = []
    for one in references:
        span = _similar_span(message.text, one)
        if span is not None or (ids and _linked(message.text, spans[-1], one)):
            ids += one.ids
            spans.append(Span(min(one.start, (span or one)[0]), max(one.end, (span or one)[1])))
    if not ids and (more := _more_like_that(message.text, references)):
        return list(more[0].ids), [more[1]]
    return list(dict.fromkeys(ids)), spans


def _more_like_that(text: str, references: Sequence[Reference]) -> tuple[Reference, Span] | None:
    """ "The third one's lovely, more like that": the item spoken of last before "that"."""
    found = re.search(
        rf"(?:{cue('similar_want').pattern}) (?:that|this|it)(?: one)?(?![a-z])|(?:类似|像)(?:这|那)(?:样|个)?的", text
    )
    before = [
        one for one in references if found and one.kind != "pronoun" and one.end <= found.start() and len(one.ids) == 1
    ]
    return (before[-1], Span(*found.span())) if found and before else None


def _linked(text: str, last: Span, one: Reference) -> bool:
    gap = text[last.end : one.start].strip(" ,、")
    return gap in ("", "and", "or", "&", "和", "或", "跟", "与", "或者") if one.start >= last.end else False


def _similar_span(text: str, one: Reference) -> Span | None:
    """The cue beside the reference: "something like X", 像X一样的, 和X类似的; a bare "like X" that nobody likes."""
    start = max(0, one.start - 45)
    before = re.search(
        rf"(?:{cue('similar_want').pattern})(?: to| the| of|\s|[\"'《]|是|于)*$", text[start : one.start]
    )
    if before:
        return Span(start + before.start(), one.end)
    after = re.match(rf"[\"'》]?\s?(?:{cue('similar_after').pattern})", text[one.end :])
    if after:
        return Span(one.start, one.end + after.end())
    bare = re.search(r"(?<![a-z])like(?: the|\s|[\"'])*$", text[start : one.start])
    if bare and not _BARE_LIKE.search(text[: start + bare.start()].rstrip() if start + bare.start() else "."):
        return Span(start + bare.start(), one.end)
    return Span(start + bare.start(), one.end) if bare and start + bare.start() == 0 else None
