"""The talk that a request brings along: who said what, the newest message, and digests that tell talks apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from .errors import refused
from .wire import Message

_ASIDES = (("<details", "</details>"), ("<think>", "</think>"))
"""What front ends put around the progress of a turn, and may send back as part of the reply."""
_ATTACHED = ("<attached_files>", "</attached_files>")
"""Before what a person says, Open WebUI names the files that come along: pictures are there, others were refused."""
_UNIT, _RECORD = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said at once: consecutive messages count as one."""

    words: str = ""
    pictures: tuple[str, ...] = ()

    @classmethod
    def of(cls, messages: Sequence[Message]) -> Said:
        """All of these messages together."""
        words = [_spoken(one.words) for one in messages]
        return cls("\n".join(one for one in words if one), tuple(uri for one in messages for uri in one.pictures))


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a person said, and the reply as the client shows it."""

    said: Said
    reply: str


@dataclass(frozen=True, slots=True)
class Talk:
    """The exchanges before the newest message, oldest first, and that message."""

    earlier: tuple[Exchange, ...]
    newest: Said
    messages: tuple[Message, ...] = field(repr=False, default=())

    def digests(self, start: str) -> list[str]:
        """One for the start and one after each exchange: equal for equal starts and equal words."""
        found = [start]
        for one in self.earlier:
            found.append(after(found[-1], one.said, one.reply))
        return found


def _spoken(words: str) -> str:
    return _without(words, *_ATTACHED).strip() if words.startswith(_ATTACHED[0]) else words


def after(digest: str, said: Said, reply: str) -> str:
    """The digest of a talk that goes on with this exchange; white space and shown progress do not count."""
    pictures = _UNIT.join(sha256(one.encode()).hexdigest() for one in said.pictures)
    spoken = _RECORD.join((digest, plain(said.words), pictures, plain(reply)))
    return sha256(spoken.encode()).hexdigest()


def plain(text: str) -> str:
    """The text without shown progress, in single spaces: what two front ends show alike is equal."""
    for opening, closing in _ASIDES:
        text = _without(text, opening, closing)
    return " ".join(text.split())


def _without(text: str, opening: str, closing: str) -> str:
    """The text between asides, read once: a pattern would look for the end again from every beginning."""
    kept, at = list[str](), 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start)) >= 0:
        kept.append(text[at:start])
        at = end + len(closing)
    return " ".join((*kept, text[at:]))


def talk_of(messages: Sequence[Message]) -> Talk:
    """The talk of a request. Raises ApiError when it does not end in something that a person says.

    Instructions (system, developer) and results of the client's own tools are not part of the talk.
    """
    spoken = [one for one in messages if one.role in ("user", "assistant")]
    if not spoken:
        raise refused("There is no message of the user.", "messages", "no_user_message")
    if spoken[-1].role != "user" or messages[-1].role in ("assistant", "tool", "function"):
        raise refused("The last message must be the user's: there is nothing to answer.", "messages", "no_new_message")
    *earlier, newest = _runs(spoken)
    return Talk(tuple(Exchange(said, reply) for said, reply in earlier), newest[0], tuple(messages))


def _runs(spoken: Sequence[Message]) -> Iterator[tuple[Said, str]]:
    """What was said and the reply to it; the last without one. A greeting before the first words is left out."""
    said, replies = list[Message](), list[str]()
    for one in spoken:
        if one.role == "user":
            if replies and said:
                yield Said.of(said), "\n".join(replies)
                said = []
            said.append(one)
            replies = []
        else:
            replies.append(one.words)
    yield Said.of(said), ""
