"""`Turns`: every turn of every way in, in one bounded pool of threads; those of one conversation in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, aclosing
from contextvars import copy_context
from functools import partial
from math import inf
from typing import TypeVar
from uuid import uuid4

from langgraph.checkpoint.base import BaseCheckpointSaver

from ...graphs.context import RecommenderContext
from ...graphs.recommender import parts_of
from ...tools.catalog import Catalog
from ..recommender import Recommender
from ..state.locks import ThreadLock
from .admission import Admission, TurnLimits
from .carrying import Entry, Errand, Place, carry_out
from .conversations import Conversations
from .elsewhere import HeldElsewhere, at_once, once_free
from .errors import Busy, unknown_thread
from .identity import thread_of
from .in_flight import Observe, TurnInFlight, TurnObserved
from .ordering import InOrder
from .scope import TurnScope, whole_turns
from .wire import ChatInput, ChatOutput, ConfirmEvent, Event, ItemEvent, ThreadEvent, TurnEvent

T = TypeVar("T")


class Turns:
    """Runs turns for all routes and adapters. Every method is to be called on one event loop.

    `run` and `stream` raise UnknownThread and Busy before the first event, later TurnTimeout and whatever a turn
    raises. A caller that stops iterating gives the turn up: it ends at its next step or token, and leaves nothing.
    """

    def __init__(
        self,
        recommender: Recommender,
        catalog: Catalog,
        conversations: Conversations,
        *,
        limits: TurnLimits | None = None,
        locks: ThreadLock | None = None,
        observe: Observe = lambda _: None,
    ) -> None:
        """`locks` keep the turns of one conversation apart in several processes that share its storage."""
        saver = recommender.checkpointer
        assert isinstance(saver, BaseCheckpointSaver), "conversations need a checkpointer"
        self.recommender: Recommender = recommender.copy({"checkpointer": whole_turns(saver)})
        self.limits = limits or TurnLimits()
        self._catalog = catalog
        self._conversations = conversations
        self._locks = locks
        self._observe = observe
        workers = self.limits.of(hosted=parts_of(recommender).hosted)
        self._admission = Admission(self.limits, workers)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="turn")
        self._aside = ThreadPoolExecutor(self.limits.workers, thread_name_prefix="aside")
        self._order = InOrder()
        self._slots = asyncio.Semaphore(workers)
        self._tasks: dict[asyncio.Task[None], TurnScope] = {}
        self._running = 0
        self._closing = False

    @property
    def pending(self) -> int:
        """Turns that run or wait for their start."""
        return len(self._tasks)

    @property
    def running(self) -> int:
        """Turns that have a thread."""
        return self._running

    async def run(self, user: str | None, asked: ChatInput, *, create: bool = False) -> ChatOutput:
        """One turn, whole. `create` starts a conversation under an id that is not known yet."""
        output = ChatOutput(thread_id="")
        async with aclosing(self.stream(user, asked, create=create, followed=False)) as events:
            async for event in events:
                _add(output, event)
        return output

    async def stream(
        self,
        user: str | None,
        asked: ChatInput,
        *,
        create: bool = False,
        followed: bool = True,
        entry: Entry | None = None,
        share: str | None = None,
    ) -> AsyncGenerator[Event]:
        """One turn as it happens: thread; tool, item and token; question; turn or confirm.

        One that is not `followed` is told when it is over, without tools and tokens, which costs less.
        `share` names whose share of the queue it takes, where that is not the user's own.
        """
        scope = TurnScope(until=time.monotonic() + self.limits.models_s)
        turn = TurnInFlight(user, asked, create, followed, entry, time.perf_counter(), scope)
        task, end = self._begin(turn, share or user), asyncio.get_running_loop().time() + self.limits.timeout_s
        try:
            while (event := await self._told(turn, end)) is not None:
                yield event
            await task
        finally:
            turn.scope.left.set()
            if turn.started_at is None:
                task.cancel()

    async def apart(self, user: str | None, thread: str, work: Callable[[Recommender, Place], T]) -> T:
        """The result of something done to a conversation while no turn of it runs. Raises UnknownThread."""
        place = {"thread_id": thread_of(user, thread)}
        async with self.alone(user, thread):
            attempt = partial(self._apart, user, thread, partial(work, self.recommender, place))
            return await once_free(lambda: self.aside(attempt), self.limits.lock_s)

    async def aside(self, work: Callable[[], T]) -> T:
        """The result of what may wait for another process: in threads that no turn and no other request needs."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, copy_context().run, work)

    def alone(self, user: str | None, thread: str) -> AbstractAsyncContextManager[None]:
        """Held while no turn of the conversation runs here; those that come meanwhile wait."""
        return self._order.of(thread_of(user, thread))

    def close(self) -> None:
        """Takes no more turns."""
        self._closing = True

    async def drain(self) -> None:
        """Takes no more turns, and waits for those in flight, which wait for no hosted model any more."""
        self.close()
        for scope in self._tasks.values():
            scope.until = -inf
        while self._tasks:
            await asyncio.wait(self._tasks)
        self._pool.shutdown()
        self._aside.shutdown(wait=False)

    def _begin(self, turn: TurnInFlight, share: str | None) -> asyncio.Task[None]:
        if self._closing:
            raise Busy("The server is about to stop.", retry_after_s=self.limits.retry_after_s, closing=True)
        thread = turn.asked.thread_id
        try:
            leave = self._admission.admit(share, thread and thread_of(turn.user, thread))
        except Busy:
            self._observe(TurnObserved(outcome="refused", seconds=0, waited_s=0))
            raise
        task = asyncio.create_task(self._follow(turn))
        self._tasks[task] = turn.scope
        task.add_done_callback(lambda done: self._over(turn, done))
        task.add_done_callback(lambda _: leave())
        return task

    async def _follow(self, turn: TurnInFlight) -> None:
        thread = turn.asked.thread_id or uuid4().hex
        async with self._order.of(thread_of(turn.user, thread)):
            if turn.followed:
                await asyncio.to_thread(self._open, turn, thread)
                turn.tell(ThreadEvent(thread_id=thread))
            await once_free(lambda: self._attempt(turn, thread), self.limits.lock_s)

    async def _attempt(self, turn: TurnInFlight, thread: str) -> None:
        turn.scope.check()
        async with self._slots:
            turn.started_at = time.perf_counter()
            self._running += 1
            try:
                await self._in_pool(turn, thread)
            except HeldElsewhere:
                turn.started_at = None
                raise
            finally:
                self._running -= 1

    async def _in_pool(self, turn: TurnInFlight, thread: str) -> None:
        loop, place = asyncio.get_running_loop(), {"thread_id": thread_of(turn.user, thread)}
        context = RecommenderContext(user_id=turn.user, economy=self.limits.economy)
        errand = Errand(context=context, asked=turn.asked, place=place, followed=turn.followed, entry=turn.entry)
        carried = partial(carry_out, self.recommender, self._catalog, errand, turn.scope)

        def followed() -> None:
            self._find(turn, thread)  # while it waited, another process may have deleted the conversation
            carried(lambda event: loop.call_soon_threadsafe(turn.tell, event))

        def whole() -> list[Event]:
            self._open(turn, thread)
            told: list[Event] = [ThreadEvent(thread_id=thread)]
            carried(told.append)
            return told

        held = partial(at_once, self._locks, place["thread_id"], followed if turn.followed else whole)
        for event in await loop.run_in_executor(self._pool, copy_context().run, held) or ():
            turn.tell(event)

    def _apart(self, user: str | None, thread: str, work: Callable[[], T]) -> T:
        def known_work() -> T:
            if not self._conversations.known(user, thread):
                raise unknown_thread()
            return work()

        return at_once(self._locks, thread_of(user, thread), known_work)

    def _open(self, turn: TurnInFlight, thread: str) -> None:
        if turn.untold:
            turn.scope.writes.append(partial(self._conversations.start, turn.user, thread))
        elif turn.asked.thread_id is None:
            self._conversations.start(turn.user, thread)
        else:
            self._find(turn, thread)

    def _find(self, turn: TurnInFlight, thread: str) -> None:
        if turn.untold or self._conversations.known(turn.user, thread):
            return
        if turn.asked.thread_id and not turn.create:
            raise unknown_thread()
        self._conversations.start(turn.user, thread)

    def _over(self, turn: TurnInFlight, done: asyncio.Task[None]) -> None:
        self._tasks.pop(done, None)
        turn.told.put_nowait(None)
        error = None if done.cancelled() else done.exception()
        self._observe(turn.observed(error))

    async def _told(self, turn: TurnInFlight, end: float) -> Event | None:
        """The next event. The time is taken here and not around the stream: whoever reads it may change tasks."""
        if not turn.told.empty():
            return turn.told.get_nowait()
        try:
            async with asyncio.timeout_at(end):
                return await turn.told.get()
        except TimeoutError as error:
            raise turn.too_late(self.limits.timeout_s) from error


def _add(output: ChatOutput, event: Event) -> None:
    if isinstance(event, ThreadEvent):
        output.thread_id = event.thread_id
    elif isinstance(event, ItemEvent):
        output.items.append(event.item)
    elif isinstance(event, TurnEvent):
        output.turn = event.turn
    elif isinstance(event, ConfirmEvent):
        output.confirm = event.confirm
