"""What the page tells: of a reply without the model, of what went wrong, of keys, and of the person's data."""

from __future__ import annotations

import time
from pathlib import Path

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

NOTICE = "document.querySelector('.notice')?.textContent"


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
