"""Checks of what was understood, asked, called and said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...tools.items import Language
from ...tools.normalize import normalize
from ..suite import QuestionSpec
from .moment import Moment

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_CHINESE = re.compile(r"[㐀-䶿一-鿿]")
_DATA = re.compile(r"\{.*\}", re.DOTALL)
_QUOTED = re.compile(r"“[^”]*”")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def intent(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Another intent."""
    if moment.now.intent not in wanted:
        yield moment.now.intent or "none"


def language(wanted: Language | None, moment: Moment) -> Iterator[str]:
    """A reply that is reported, or written, in the other language; or no reply at all."""
    expected = wanted or moment.language
    if not moment.now.reply.strip():
        yield "an empty reply"
    elif "language" not in moment.now.hidden and moment.now.language != expected:
        yield f"reported as {moment.now.language or 'nothing'}"
    elif written_in(moment) not in (expected, None):
        yield f"written in {written_in(moment)}: {moment.now.reply[:80]}"


def written_in(moment: Moment) -> Language | None:
    """The language most of the reply is written in, beside what it takes from the catalog; None when unclear."""
    text = own_words(moment)
    for value in sorted(_values(moment), key=len, reverse=True):
        text = text.replace(value, " ")
    chinese, latin = len(_CHINESE.findall(text)), len(_LATIN_WORD.findall(text))
    if chinese == latin:
        return None
    return "zh" if chinese > latin else "en"


def _values(moment: Moment) -> set[str]:
    """What the catalog says of the items in view: such words stay in its language."""
    items = (moment.facts.items.get(one.id) for one in (*moment.now.shown, *moment.last_list))
    held = (value for item in items if item for value in item.facets.values())
    texts = (one for value in held for one in (value if isinstance(value, tuple) else (value,)))
    return {one for one in texts if isinstance(one, str) and one}


def own_words(moment: Moment) -> str:
    """The reply without titles, quotations and exported data."""
    text = _QUOTED.sub(" ", _DATA.sub(" ", moment.now.reply))
    for one in sorted((*moment.now.shown, *moment.last_list), key=lambda shown: -len(shown.title)):
        text = text.replace(one.title, " ")
    return text


def question(wanted: QuestionSpec, moment: Moment) -> Iterator[str]:
    """A question where none should be, none where one should be, or one about another facet."""
    asked = moment.now.question
    got = f"asked about {asked.facet}" if asked else "asked nothing"
    if isinstance(wanted, bool):
        if bool(asked) != wanted:
            yield got
    elif asked is None or asked.facet not in wanted:
        yield got


def tools_exactly(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """A tool missing, or another one called."""
    called = {one.name for one in moment.now.tools}
    if called != set(wanted):
        yield f"called {', '.join(sorted(called)) or 'nothing'}"


def tools_include(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Tools that were not called."""
    called = {one.name for one in moment.now.tools}
    yield from (f"{name} not called" for name in wanted if name not in called)


def tools_only(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Tools that were called beside the allowed ones."""
    yield from (f"{name} called" for name in _called(moment) if name not in wanted)


def tools_order(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """The first tool that was not called after the one that should come before it."""
    calls = iter(one.name for one in moment.now.tools)
    late = next((name for name in wanted if name not in calls), None)
    if late:
        yield f"{late} not called in its place: {', '.join(one.name for one in moment.now.tools) or 'nothing called'}"


def tools_forbid(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Tools that were called and must not be."""
    called = {one.name for one in moment.now.tools}
    yield from (f"{name} called" for name in wanted if name in called)


def model_calls(wanted: int, moment: Moment) -> Iterator[str]:
    """More calls than allowed."""
    if moment.now.model_calls > wanted:
        yield f"{moment.now.model_calls} calls"


def latency(wanted: int, moment: Moment) -> Iterator[str]:
    """A reply that took longer."""
    if moment.now.latency_ms > wanted:
        yield f"{moment.now.latency_ms:.0f} ms"


def contains(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Texts that the reply lacks."""
    said = _comparable(moment.now.reply)
    missing = (moment.spelled(text) for text in wanted)
    yield from (f"no {text!r} in: {_excerpt(moment)}" for text in missing if _comparable(text) not in said)


def contains_any(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """None of the texts is in the reply."""
    said = _comparable(moment.now.reply)
    if not any(_comparable(moment.spelled(text)) in said for text in wanted):
        yield _excerpt(moment)


def not_contains(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Texts that the reply must not hold."""
    said = _comparable(moment.now.reply)
    present = (moment.spelled(text) for text in wanted)
    yield from (f"{text!r} in: {_excerpt(moment)}" for text in present if _comparable(text) in said)


def matches(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Patterns found nowhere in the reply."""
    yield from (_excerpt(moment) for pattern in wanted if not re.search(pattern, moment.now.reply))


def not_matches(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Patterns found in the reply."""
    found = (re.search(pattern, moment.now.reply) for pattern in wanted)
    yield from (f"{match.group(0)!r} in: {_excerpt(moment)}" for match in found if match)


def _called(moment: Moment) -> list[str]:
    """Names of the tools called, each once, in order."""
    return list(dict.fromkeys(one.name for one in moment.now.tools))


def _comparable(text: str) -> str:
    return _THOUSANDS.sub("", normalize(text))


def _excerpt(moment: Moment) -> str:
    reply = moment.now.reply
    return reply if len(reply) <= 300 else f"{reply[:300]}..."
