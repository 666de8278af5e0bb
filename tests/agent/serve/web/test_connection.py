"""The page and its server: lost and found again, stopped, refused, with a key, and all data taken along or deleted."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.offline.model import OfflineChatModel
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.serve.identity import keys_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.evals.openai_faults import Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog

from .conftest import warmed

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


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_reply_without_the_model_is_told_to_be_one(new_page, shop: Catalog, serving, monkeypatch, language) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    model = OfflineChatModel.for_catalog(shop)
    with OpenAIServer(model, faults=frozenset({Fault.SERVER_500})) as broken:
        recommender = create_recommender(shop, "openai:local", base_url=broken.base_url, max_retries=0)
        page = new_page(warmed(serving(served(recommender, shop))), language=language)
        page.say("a lamp")
    assert page.count(".card") > 1
    told = {"en": "Part of this reply was made without the language model.", "zh-CN": "没有用到语言模型"}
    assert told[language] in page.text(".after")


def test_a_reply_of_the_model_has_no_such_note(new_page, shop: Catalog, serving, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with OpenAIServer(OfflineChatModel.for_catalog(shop)) as whole:
        recommender = create_recommender(shop, "openai:local", base_url=whole.base_url, max_retries=0)
        page = new_page(warmed(serving(served(recommender, shop))))
        page.say("a lamp")
    assert page.count(".card") > 1
    assert page.count(".after .small") == 0


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


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1200, 700)])
def test_what_went_wrong_is_seen_at_once(new_page, shop_page: str, width: int, height: int) -> None:
    page = new_page(shop_page, width=width, height=height)
    page.say("I want a lamp")
    page.js("window.fetch = async () => new Response(JSON.stringify({status: 500, code: 'internal'}), {status: 500})")
    page.click("#message")
    page.type("a chair")
    page.press("Enter")
    assert "Something went wrong" in page.wait(NOTICE)
    page.settled()
    page.wait(
        "document.querySelector('.notice').getBoundingClientRect().bottom"
        " <= document.querySelector('#composer').getBoundingClientRect().top"
    )


def test_a_thread_that_is_gone_is_told_and_a_new_one_starts(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.expected = ("404",)
    page.js("sessionStorage.setItem('recommender.thread', 'nobody-knows')")
    page.open(shop_page)
    assert "no longer on the server" in page.wait("document.querySelector('#toast').textContent")
    page.say("a lamp")
    assert page.count(".card") > 0


def test_too_many_requests_are_told_in_words(new_page, shop: Catalog, serving) -> None:
    page = new_page(serving(shop, EdgeSettings(per_minute=1, burst=40)))
    page.expected = ("429",)
    page.js("Promise.all(Array.from({length: 60}, () => fetch('api/page')))")
    page.click("#message")
    page.type("a lamp")
    page.press("Enter")
    assert "Too many requests" in page.wait(NOTICE)
    assert page.count(".notice .chip") == 2


KEY = "a-key-of-ada-0123456789"


def test_a_server_with_keys_asks_for_one_and_keeps_it_in_the_tab(new_page, groceries: Catalog, serving) -> None:
    url = serving(groceries, keys=keys_of({KEY: "ada"}))
    page = new_page()
    page.expected = ("401",)
    page.call("Page.navigate", url=url)
    page.wait("document.querySelector('#ask-key')?.open")
    assert page.js("document.activeElement.id") == "key-value"
    page.type("wrong-key")
    page.press("Enter")
    assert page.wait("document.querySelector('#key-wrong').textContent") == "The server does not accept this key."
    page.type(KEY)
    page.press("Enter")
    page.wait("document.body.dataset.ready !== undefined")
    page.say("something fruity")
    page.wait("[...document.querySelectorAll('.cover img')].some((one) => one.naturalWidth > 0)")
    assert [one["url"] for one in page.requests if KEY in one["url"]] == []
    assert page.js("sessionStorage.getItem('recommender.key')") == KEY
    assert KEY not in page.js("JSON.stringify(localStorage) + document.cookie + location.href")


def test_data_is_taken_along_and_deleted_after_a_yes(new_page, shop_page: str, tmp_path: Path) -> None:
    page = new_page(shop_page)
    page.save_to(tmp_path)
    page.say("I want a lamp")
    page.click("[data-item=lamp-6] [data-kind=like]")
    page.wait("document.querySelector('#said').textContent.includes('you like Lumo lamp 6')")
    page.click("#menu")
    page.click("#export")
    saved = tmp_path / "my-data.json"
    until = time.monotonic() + 10
    while not saved.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert "lamp-6" in saved.read_text("utf-8")
    page.click("#menu")
    page.click("#delete")
    page.click("#ask-delete [data-close]")
    page.wait("!document.querySelector('#ask-delete').open")
    assert page.count(".turn") == 1
    page.click("#menu")
    page.click("#delete")
    page.click("#ask-delete .strong")
    page.wait("document.querySelector('#toast').textContent.includes('was deleted')")
    assert page.count(".turn") == 0
    assert page.js("sessionStorage.getItem('recommender.thread')") is None
    assert page.js("fetch('api/profile').then((one) => one.json())")["profile"]["events"] == []
