"""The page and its server: stopped, lost and found again, and what was said meanwhile."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.offline.model import OfflineChatModel
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.evals.openai_faults import Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog

CUT_OFF = ("Failed to load resource", "net::ERR")
NOTICE = "document.querySelector('.notice')?.textContent"


class Relay:
    """A wire between a browser and a server that can be cut, and mended again."""

    def __init__(self, to: str) -> None:
        self._to = ("127.0.0.1", urlsplit(to).port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._whole = True
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def cut(self) -> None:
        """Ends every connection, and whatever comes from now on."""
        self._whole = False
        for one in list(self._open):
            self._end(one)

    def mend(self) -> None:
        """Lets connections through again."""
        self._whole = True

    def close(self) -> None:
        """Ends it for good."""
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(self._to)
                self._open |= {near, far}
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._copy, args=(source, target), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        self._end(source)
        self._end(target)

    def _end(self, one: socket.socket) -> None:
        self._open.discard(one)
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.fixture
def relay() -> Iterator[Callable[[str], Relay]]:
    """Puts a wire that can be cut in front of a server."""
    made: list[Relay] = []

    def put(url: str) -> Relay:
        made.append(Relay(url))
        return made[-1]

    yield put
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def slow(shop: Catalog) -> Iterator[OpenAIServer]:
    """A hosted model that does not answer before a test has done what it does meanwhile."""
    model = OfflineChatModel.for_catalog(shop)
    with OpenAIServer(model, faults=frozenset({Fault.SLOW}), delay_s=6) as server:
        yield server


@pytest.fixture(scope="module")
def slow_page(slow: OpenAIServer, shop: Catalog, lasting) -> str:
    patch = pytest.MonkeyPatch()
    patch.setenv("OPENAI_API_KEY", "none")
    recommender = create_recommender(shop, "openai:local", base_url=slow.base_url, max_retries=0)
    patch.undo()
    return lasting(served(recommender, shop))


def sent(page) -> list[dict[str, object]]:
    """The bodies of the turns that were asked for."""
    asked = [one for one in page.requests if one["url"].endswith("/api/chat/stream")]
    return [json.loads(one["postData"]) for one in asked]


def begin(page, message: str) -> None:
    page.click("#message")
    page.type(message)
    page.press("Enter")
    page.wait("sessionStorage.getItem('recommender.thread')")


def test_a_turn_is_stopped_and_its_message_offered_again(new_page, slow_page: str) -> None:
    page = new_page(slow_page)
    begin(page, "a lamp")
    assert page.text(".progress") == "Thinking"
    page.click("#stop")
    assert "Stopped." in page.wait(NOTICE)
    page.settled()
    page.click(".notice .chip:last-child")
    assert page.wait("document.querySelector('#message').value") == "a lamp"
    assert page.count(".turn") == 0
    page.press("Enter")
    page.wait("!document.querySelector('#stop').hidden")
    page.press("Escape")
    assert "Stopped." in page.wait(NOTICE)
    assert len(sent(page)) == 2


def test_a_turn_that_was_lost_is_offered_again_and_never_sent_twice(new_page, slow_page: str, relay) -> None:
    wire = relay(slow_page)
    page = new_page(wire.url)
    page.expected = CUT_OFF
    begin(page, "a lamp")
    wire.cut()
    assert page.wait("!document.querySelector('#link').hidden && document.querySelector('#link').textContent")
    wire.mend()
    assert "no answer" in page.wait(NOTICE)
    assert page.js("document.querySelector('#link').hidden")
    page.settled()
    assert len(sent(page)) == 1
    page.click(".notice .chip")
    page.wait("document.querySelectorAll('.turn').length === 1 && !document.querySelector('#stop').hidden")
    assert [one["message"] for one in sent(page)] == ["a lamp", "a lamp"]


def test_a_reload_amid_a_turn_offers_the_message_again(new_page, slow_page: str) -> None:
    page = new_page(slow_page)
    begin(page, "a lamp")
    page.open(slow_page)
    assert "no answer" in page.wait(NOTICE)
    assert page.text(".words") == "a lamp"
    assert len(sent(page)) == 1


PICTURED = "document.querySelector('.asked img')?.naturalWidth"
DRAW = (
    "(async () => {{ const canvas = Object.assign(document.createElement('canvas'), {{width: {size}, height: {size}}});"
    " const brush = canvas.getContext('2d'); const dots = brush.createImageData({size}, {size});"
    " dots.data.forEach((_, at) => (dots.data[at] = Math.random() * 256)); brush.putImageData(dots, 0, 0);"
    " const blob = await new Promise((settle) => canvas.toBlob(settle)); const data = new DataTransfer();"
    " data.items.add(new File([blob], 'one.png', {{type: 'image/png'}}));"
    " document.dispatchEvent(new ClipboardEvent('paste', {{clipboardData: data}})); }})()"
)


def test_a_picture_without_an_answer_is_offered_again_after_a_reload(new_page, slow_page: str) -> None:
    page = new_page(slow_page)
    page.js(DRAW.format(size=40))
    page.wait("document.querySelector('#preview img')?.naturalWidth")
    begin(page, "a lamp like this")
    page.open(slow_page)
    assert "no answer" in page.wait(NOTICE)
    assert page.wait(PICTURED) == 40
    page.click(".notice .chip")
    page.wait("!document.querySelector('#stop').hidden")
    first, again = sent(page)
    assert str(first["image"]).startswith("data:image/jpeg")
    assert {**again, "thread_id": None} == first
    page.click("#fresh")
    assert page.js("Object.keys(sessionStorage)") == []


def test_a_picture_that_the_browser_has_no_room_for_must_be_added_again(new_page, slow_page: str) -> None:
    page = new_page(slow_page)
    page.js("sessionStorage.setItem('full', 'x'.repeat(5_242_000 - 1_000))")
    page.js(DRAW.format(size=400))
    page.wait("document.querySelector('#preview img')?.naturalWidth")
    begin(page, "a lamp like this")
    page.open(slow_page)
    assert "its picture is gone" in page.wait(NOTICE)
    assert page.text(".asked .gone") == "You sent a picture. Pictures are not kept."
    assert page.count(".notice .chip") == 1
    page.click(".notice .chip")
    assert page.wait("document.querySelector('#message').value") == "a lamp like this"


def test_a_turn_that_was_answered_while_the_line_was_down_is_shown(new_page, shop_page: str, relay) -> None:
    wire = relay(shop_page)
    page = new_page(wire.url)
    page.expected = CUT_OFF
    page.say("a lamp")
    page.js(
        "window.fetched = fetch; window.fetch = async (...asked) => { const answer = await fetched(...asked);"
        " if (!asked[0].endsWith('stream')) return answer; window.whole = await answer.text();"
        " return new Response(whole.split('event: token')[0], {headers: answer.headers}); }"
    )
    page.say("a chair")
    assert page.count(".turn") == 2
    assert page.count(".notice") == 0
    assert "Sitwell chair" in page.text(".turn:last-child")
    assert len(sent(page)) == 2


def test_a_reload_takes_the_conversation_up(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say("I want a lamp under $120")
    page.click("[data-item=lamp-3] [data-kind=like]")
    page.wait("document.querySelector('#said').textContent.includes('you like Lumo lamp 3')")
    before = page.text("#turns")
    page.open(shop_page)
    page.wait("document.querySelectorAll('.card').length === 4")
    assert page.js("document.querySelector('[data-item=lamp-3] [data-kind=like]').ariaPressed") == "true"
    assert [line for line in page.text("#turns").split("\n") if line not in before] == []
    page.say("cheaper")
    assert sent(page)[1]["thread_id"] == page.js("sessionStorage.getItem('recommender.thread')")


def test_a_message_that_never_arrived_is_offered_and_goes_through(new_page, shop_page: str, relay) -> None:
    wire = relay(shop_page)
    page = new_page(wire.url)
    page.expected = CUT_OFF
    wire.cut()
    page.click("#message")
    page.type("a lamp")
    page.press("Enter")
    page.wait("!document.querySelector('#link').hidden")
    wire.mend()
    page.wait("document.querySelector('#link').hidden")
    page.click(".notice .chip")
    page.wait("document.querySelectorAll('.card').length > 1")
    page.settled()
    assert page.count(".turn") == 1
