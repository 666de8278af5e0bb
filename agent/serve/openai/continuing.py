"""Where a turn enters: at the end of the conversation that its talk has come from, or at a fork of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.types import Command

from ....graphs.nodes.use_tools import answer_in
from ....tools.errors import PictureError
from ..edge.content import Allowed
from ..errors import UnknownThread
from ..identity import ANONYMOUS, thread_of
from ..scope import TurnScope
from ..served import Served
from ..wire import ChatInput
from .history import Exchange, Talk, after
from .people import Person
from .places import Place
from .rebuilding import message_of, moved, newest_of, put_into, rehearsing, replay


class Continuing:
    """Finds where talks left off, and keeps where turns ended."""

    def __init__(self, served: Served, allowed: Allowed) -> None:
        self.served = served
        self.allowed = allowed
        saver = served.recommender.checkpointer
        assert isinstance(saver, BaseCheckpointSaver)
        self.places = served.places
        self.saver = saver

    @cached_property
    def rehearsal(self) -> Any:
        """The recommender that goes through talks again."""
        return rehearsing(self.served.recommender)

    def by_talk(self, person: Person, talk: Talk) -> Entry:
        """Where a talk goes on that brings its history, by the longest beginning that is known.

        A guest may have begun it as a stranger, before there was a cookie.
        """
        digests = talk.digests(_start(person.user))
        found = self.places.latest(person.user, digests[1:])
        if found is None and person.guest:
            found = self.places.latest(None, talk.digests(_start(None))[1:])
        known, place = (found[0] + 1, found[1]) if found else (0, None)
        return Entry(self, person, talk, place=place, known=known, digests=digests)

    def by_thread(self, person: Person, talk: Talk, thread_id: str) -> Entry:
        """The end of the conversation that the client named; its history is not read."""
        return Entry(self, person, talk, named=thread_id, known=len(talk.earlier))

    def by_response(self, person: Person, talk: Talk, response_id: str) -> Entry:
        """What follows on an earlier response, as a conversation of its own, since another may follow on it as well.

        Raises UnknownThread.
        """
        place = self.response(person, response_id)
        if place is None or (person.named and place.user != person.user):
            raise _unknown()
        return Entry(self, replace(person, user=place.user or person.user), talk, place=place, follows=True)

    def response(self, person: Person, response_id: str) -> Place | None:
        """Where the turn of a response ended, for whoever answers for the person it was given to."""
        found = (self.places.latest(room, [response_id]) for room in self.rooms(person))
        return next((one[1] for one in found if one), None)

    def rooms(self, person: Person) -> list[str | None]:
        """Where responses of a person are kept: a guest may have begun as a stranger."""
        return [person.caller, None] if person.guest else [person.caller]


@dataclass
class Entry:
    """One turn's way into its conversation: `enter` and `ended` are called in the thread that runs the turn."""

    continuing: Continuing = field(repr=False)
    person: Person
    talk: Talk = field(repr=False)
    place: Place | None = None
    """What the talk goes on from."""
    named: str = ""
    """The conversation that the client named."""
    known: int = 0
    """How many exchanges of the talk that place stands for."""
    follows: bool = False
    """Whether it goes on from that place, or not at all."""
    digests: Sequence[str] = field(default=(), repr=False)
    thread_id: str = ""
    """The conversation that the turn is part of, once it has begun."""
    end: str = ""
    """The checkpoint that it ended in."""

    @property
    def user(self) -> str | None:
        """Whose profile and conversation it is."""
        return self.person.user

    @property
    def asked(self) -> ChatInput:
        """The conversation to wait for."""
        own = self.place if self.place and not self.follows and self.place.user else None
        return ChatInput(thread_id=self.named or (own.thread_id if own else None))

    @property
    def create(self) -> bool:
        """Whether that conversation may be a new one: of a name that a person chose, or one that was deleted."""
        return self.user is not None and not self.follows

    def enter(self, place: dict[str, str], scope: TurnScope) -> tuple[dict[str, str], Any]:
        """Where the turn begins, and what goes in; all that is new about it is written with the turn."""
        self.thread_id = place["thread_id"].partition(":")[2]
        held, known = self._held(place["thread_id"], scope)
        rest = self.talk.earlier[self.known :]
        if rest:
            self._check(rest)
            held = replay(self.continuing.rehearsal, self.continuing.served.catalog, held, rest)
        begin = thread_of(self.user, self.thread_id)
        if held and (rest or not known):
            scope.begin_at(moved(held, begin), partial(put_into, self.continuing.saver, held, begin))
        return {"thread_id": begin}, self._given(begin)

    def _check(self, exchanges: Sequence[Exchange]) -> None:
        """Raises TooMuch for pictures that would not have been taken when they were new."""
        for one in exchanges:
            with suppress(PictureError):  # the turn says what is wrong with it
                self.continuing.allowed.check_images(one.said.pictures)

    def ended(self, checkpoint_id: str) -> None:
        """Notes the checkpoint that the turn ended in."""
        self.end = checkpoint_id

    def keep(self, reply: str, created: int, response_id: str = "") -> None:
        """From now on the talk with this reply, or the response, leads here."""
        place = Place(self.user, self.thread_id, self.end, created)
        places = self.continuing.places
        if self.digests:
            places.keep(self.user, after(self.digests[-1], self.talk.newest, reply), place)
            places.drop(self.user, places.outdated(self.digests))
        if response_id:
            places.keep(self.person.caller, response_id, place)
        if not self.continuing.served.conversations.known(self.user, self.thread_id):
            places.drop_thread(place.stored)  # it was deleted meanwhile

    def _held(self, thread: str, scope: TurnScope) -> tuple[CheckpointTuple | None, bool]:
        """The checkpoint that the talk goes on from, and whether it is where its conversation stands.

        Where it is not, a new conversation begins there. Where nothing is left of it, the talk is gone through again.
        """
        if self.place is None:
            return None, True
        saver, wanted = self.continuing.saver, self.place
        newest = newest_of(saver, thread)
        if newest is not None and newest.checkpoint["id"] == wanted.checkpoint_id:
            return newest, True
        if newest is not None:
            self.thread_id = uuid4().hex
            scope.writes.append(partial(self.continuing.served.conversations.start, self.user, self.thread_id))
        held = saver.get_tuple({"configurable": dict(wanted.configurable)})
        if held is None:
            if self.follows:
                raise _unknown()
            self.known = 0
        return held, False

    def _given(self, thread: str) -> Any:
        """The message; a plain yes or no while a tool waits for one is its answer."""
        said = self.talk.newest
        answer = None if said.pictures else answer_in(said.words)
        if answer is not None:
            state = self.continuing.served.turns.recommender.get_state({"configurable": {"thread_id": thread}})
            if state.interrupts:
                return Command(resume=answer)
        spoken = after(self.digests[-1], said, "") if self.digests else None
        return {"messages": [message_of(said, spoken)]}


def _start(user: str | None) -> str:
    """What the digests of a person's talks begin with: equal words of two people have different digests."""
    return sha256(f"{user or ANONYMOUS}".encode("utf-8", "surrogatepass")).hexdigest()


def _unknown() -> UnknownThread:
    return UnknownThread("There is no such response.", cure="Leave previous_response_id out to start anew.")
