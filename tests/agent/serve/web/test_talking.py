"""A conversation in the page, as a person has it: in two languages, with cards, verdicts, questions and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from langchain_core.tools import tool
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.offline.replies.text import TITLE_LENGTH, one_line
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.catalog.pictures.encoding import installed

TITLES = "[...document.querySelectorAll('.turn:last-child h3[id]')].map((one) => one.textContent)"
HELD = "[...document.querySelectorAll('[data-item=lamp-3] [aria-pressed=true]')].map((one) => one.dataset.kind)"
HOSTILE_MESSAGE = "<script>alert(3)</script><img src=x onerror=alert(4)> a sofa"


def test_a_conversation_in_english(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    assert page.text("h2") == "What are you looking for?"
    page.say("I want a lamp under $120")
    assert page.js(TITLES) == ["Lumo lamp 4", "Lumo lamp 3", "Lumo lamp 2", "Lumo lamp 1"]
    card = page.text(".card")
    assert "$100" in card
    assert "Rated 4" in page.js("document.querySelector('.card .rating').textContent")
    assert "sponsored" in page.text("[data-item=lamp-2]").lower()
    assert "4 suggestions" in page.wait("document.querySelector('#said').textContent")
    assert "4 candidates" in page.text(".progress")
    assert "1." not in page.text(".answered .prose")
    page.say("cheaper")
    assert page.js(TITLES) == ["Lumo lamp 2", "Lumo lamp 1"]


def test_a_conversation_in_chinese(new_page, shop_page: str) -> None:
    page = new_page(shop_page, language="zh-CN")
    assert page.text("h2") == "想找点什么？"
    page.say("120美元以下的灯")
    assert page.js("document.documentElement.lang") == "zh-CN"
    assert page.js(TITLES)[0] == "Lumo lamp 4"
    assert "4个候选" in page.text(".progress")
    assert "为什么推荐" in page.text(".card")
    assert ("button", "喜欢") in page.named()
    assert "4个推荐" in page.wait("document.querySelector('#said').textContent")


def test_a_reply_grows_as_it_comes(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.js(
        "window.seen = []; new MutationObserver(() => seen.push([document.querySelectorAll('.card').length,"
        " document.querySelector('.answered .prose')?.textContent.length ?? 0]))"
        ".observe(document.querySelector('#turns'), {subtree: true, childList: true})"
    )
    page.say("a sofa")
    seen = page.js("seen")
    lengths = [length for cards, length in seen if cards]
    assert len(set(lengths)) > 3
    assert lengths == sorted(lengths)
    assert [1, 0] in seen


def test_why_this_says_the_reasons(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say("I want a lamp")
    assert "fits what you asked" not in page.text(".card").lower()
    page.click(".why summary")
    page.wait("document.querySelector('.why').open")
    assert "fits what you asked: category lamps" in page.text(".because").lower()
    assert "Lumo" in page.text(".facts")


def test_a_like_is_marked_and_the_next_list_obeys_a_dislike(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say("I want a lamp")
    page.click("[data-item=lamp-6] [data-kind=like]")
    page.wait("document.querySelector('[data-item=lamp-6] [data-kind=like]').ariaPressed === 'true'")
    page.wait("document.querySelector('#said').textContent.includes('you like Lumo lamp 6')")
    page.click("[data-item=lamp-5] [data-kind=dislike]")
    page.click("[data-item=lamp-4] [data-kind=seen]")
    page.wait("document.querySelector('#said').textContent.includes('you know Lumo lamp 4')")
    page.say("show me lamps again")
    listed = page.js(TITLES)
    assert listed
    assert not {"Lumo lamp 5", "Lumo lamp 4"} & set(listed)


def test_a_verdict_is_taken_back_by_pressing_it_again(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say("I want a lamp under $120")

    def press(kind: str, said: str) -> list[str]:
        page.click(f"[data-item=lamp-3] [data-kind={kind}]")
        page.wait(f"document.querySelector('#said').textContent.includes({json.dumps(said)})")
        return page.js(HELD)

    assert press("like", "you like Lumo lamp 3") == ["like"]
    assert press("dislike", "not for you") == ["dislike"]
    assert press("seen", "you know Lumo lamp 3") == ["dislike", "seen"]
    page.say("show me lamps under $120")
    assert "Lumo lamp 3" not in page.js(TITLES)
    assert press("dislike", "you no longer dislike") == ["seen"]
    assert press("seen", "you do not know") == []
    page.open(shop_page)
    page.wait("document.querySelectorAll('.turn').length === 2")
    assert page.js(HELD) == []
    page.say("show me lamps under $120")
    assert "Lumo lamp 3" in page.js(TITLES)
    assert press("like", "you like Lumo lamp 3") == ["like"] * 2
    page.open(shop_page)
    page.wait("document.querySelectorAll('.turn').length === 3")
    assert page.js(HELD) == ["like"] * 2


def test_a_verdict_that_is_not_taken_back_stays_marked(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.expected = ("404",)
    page.say("I want a lamp under $120")
    page.click("[data-item=lamp-3] [data-kind=like]")
    page.wait("document.querySelector('#said').textContent.includes('you like Lumo lamp 3')")
    page.js("sessionStorage.setItem('recommender.thread', 'nobody-knows')")
    page.click("[data-item=lamp-3] [data-kind=like]")
    page.wait("document.querySelector('#said').textContent.includes('did not work')")
    assert page.js(HELD) == ["like"]


def test_more_like_this_brings_a_list(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say("I want a lamp under $60")
    page.click("[data-item=lamp-1] .wider")
    page.wait("document.querySelectorAll('.turn').length === 2")
    page.settled()
    listed = page.js(TITLES)
    assert listed
    assert "Lumo lamp 1" not in listed


def test_a_question_is_answered_by_a_button(new_page, grocery_page: str) -> None:
    page = new_page(grocery_page)
    page.say("something fruity to drink")
    offered = page.js("[...document.querySelectorAll('.answers button')].map((one) => one.textContent)")
    assert len(offered) > 2
    assert offered[-1] == "Doesn't matter"
    page.click(".answers button")
    page.wait("document.querySelectorAll('.turn').length === 2")
    page.settled()
    assert page.text(".turn:last-child .words") == offered[0]
    assert page.js("[...document.querySelectorAll('.turn:first-child .answers button')].every((one) => one.disabled)")


@pytest.mark.skipif(not installed(), reason="the extra images is not installed")
def test_a_picture_is_previewed_taken_back_and_searched_by(new_page, grocery_page: str, groceries: Catalog) -> None:
    page = new_page(grocery_page)
    folder = groceries.gallery.folder
    assert folder is not None
    picture = next(folder / str(one.image) for one in groceries.items() if one.title == "Banana")
    page.upload("#file", Path(picture))
    page.wait("document.querySelector('#preview img')?.complete")
    page.click("#preview button")
    page.wait("document.querySelector('#preview').hidden")
    page.upload("#file", Path(picture))
    page.wait("!document.querySelector('#preview').hidden")
    page.press("Enter")
    page.wait("document.querySelector('.asked img')?.complete")
    page.settled()
    assert page.js(TITLES)[0] == "Banana"
    page.wait("[...document.querySelectorAll('.cover img')].some((one) => one.naturalWidth > 0)")
    assert ("image", "Picture of Banana") in page.named()
    assert page.js("document.querySelector('#preview').hidden")
    page.open(grocery_page)
    page.wait("document.querySelectorAll('.card').length")
    assert page.text(".asked .gone") == "You sent a picture. Pictures are not kept."
    assert "data:image" not in page.js("JSON.stringify({...sessionStorage, ...localStorage})")


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_can_be_pasted_or_dropped(new_page, shop_page: str, way: str) -> None:
    page = new_page(shop_page)
    page.js(
        "(async () => { const canvas = Object.assign(document.createElement('canvas'), {width: 3000, height: 30});"
        " const blob = await new Promise((settle) => canvas.toBlob(settle)); const data = new DataTransfer();"
        " data.items.add(new File([blob], 'one.png', {type: 'image/png'}));"
        f" const made = {json.dumps(way)} === 'paste'"
        " ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true})"
        " : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true});"
        " document.querySelector('#message').dispatchEvent(made); })()"
    )
    assert page.wait("document.querySelector('#preview img')?.naturalWidth") == 1280


def test_what_is_no_picture_is_told_and_not_sent(new_page, shop_page: str, tmp_path: Path) -> None:
    page = new_page(shop_page)
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture at all")
    page.upload("#file", tmp_path / "torn.png")
    assert page.wait("document.querySelector('#refused').textContent") == "This picture cannot be read."
    assert page.js("document.querySelector('#send').disabled")


def test_a_tool_that_wants_a_yes_gets_buttons(new_page, shop: Catalog, serving) -> None:
    cart: list[str] = []

    @tool
    def add_to_cart(item_id: str) -> str:
        """Add an item to the shopping cart."""
        cart.append(item_id)
        return "It is in your cart."

    add_to_cart.metadata = {"confirm": True}
    page = new_page(serving(served(create_recommender(shop, tools=[add_to_cart]), shop)))
    page.say("I want a lamp under $30")
    for decided, answers, added in ((".plain", 3, []), (".strong", 5, ["lamp-1"])):
        page.say("add the first one to my cart")
        assert cart == []
        assert page.js("document.activeElement.textContent") == "Yes"
        page.click(f".turn:last-child .confirm {decided}")
        page.wait(f"document.querySelectorAll('.answered').length === {answers}")
        page.settled()
        assert cart == added


def test_what_others_wrote_is_shown_and_never_run(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say(HOSTILE_MESSAGE)
    assert page.text(".words") == HOSTILE_MESSAGE
    assert page.text("[data-item=hostile] h3") == "<img src=x onerror=alert(1)> **sofa**"
    page.click(".why summary")
    assert page.count("#turns script, #turns img[src=x], #turns b") == 0
    assert "<script>alert(2)</script>" in page.text(".answered")


def test_ideas_to_start_with_are_sent_as_they_read(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    idea = page.text(".starters button")
    page.click(".starters button")
    page.settled()
    assert page.text(".words") == idea
    assert not page.js("document.querySelector('#greeting').checkVisibility()")
    page.click("#fresh")
    page.wait("document.querySelector('#greeting').checkVisibility()")
    assert page.count(".turn") == 0


APART = "import('/static/entries.js').then(({{apart}}) => {{ const {{before, after, of}} = apart({text}, {titles});"
LONG = "Longitude: The True Story of a Lone Genius Who Solved the Greatest Scientific Problem of His Time"


@pytest.mark.parametrize(
    ("entry", "title", "said"),
    [
        ("1. Dune — $9", "Dune", "$9"),
        ("1. **Dune** — $9", "Dune", "$9"),
        ("1. a **b** c — $9", "a **b** c", "$9"),
        ("1. 《沙丘》：九元", "沙丘", "九元"),
        ("1. 《Dune》：$9", "Dune", "$9"),
        ("- 《沙丘》评论：九元", "《沙丘》评论", "九元"),
        (f"1. {one_line(LONG, TITLE_LENGTH)} — $9", LONG, "$9"),
        ("1. Dune Messiah — $9", "  Dune\n\u200b Messiah ", "$9"),
    ],
)
def test_what_a_reply_says_of_an_item_is_on_its_card_alone(
    new_page, shop_page: str, entry: str, title: str, said: str
) -> None:
    page = new_page(shop_page)
    text = f"Here:\n{entry}\n   Fits.\n2. Another one\nMore?"
    reading = APART.format(text=json.dumps(text), titles=json.dumps(["Du", title]))
    told = page.js(f"{reading} return [before, after, ...of.values()]; }})")
    assert told == ["Here:", "2. Another one\nMore?", [said, "Fits."]]


def test_a_list_in_a_reply_keeps_its_numbers(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    text = json.dumps("Two ways:\n1. One\n   and more of it\n\n2. **Two**\n- a\n  b\nEnd.")
    drawn = page.js(
        f"import('/static/prose.js').then(({{prose}}) => prose({text}).map((one) => one.outerHTML).join(''))"
    )
    assert drawn == (
        '<p>Two ways:</p><ol><li value="1">One<br>and more of it</li></ol>'
        '<ol><li value="2"><strong>Two</strong></li></ol><ul><li>a<br>b</li></ul><p>End.</p>'
    )
