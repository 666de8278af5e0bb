"""The page without a mouse, without eyes, in the dark, on a phone and in two languages."""

from __future__ import annotations

from pathlib import Path

import pytest

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")
WIDE = (
    "[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('.unseen, .cover')"
    " && one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML.slice(0, 90))"
)
SMALL = (
    "[...document.querySelectorAll('button, summary, textarea')].filter((one) => one.checkVisibility())"
    ".filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 24)"
    ".map((one) => one.outerHTML.slice(0, 90))"
)
FOCUS = (
    "(() => { const one = document.activeElement; const style = getComputedStyle(one);"
    " const around = one.tagName === 'TEXTAREA' ? getComputedStyle(one.form).boxShadow : '';"
    " const ring = around ? around"
    " : style.outlineStyle === 'none' ? 'none' : style.outlineWidth;"
    " return {tag: one.tagName, id: one.id, name: one.ariaLabel || one.textContent.trim(), ring}; })()"
)
ROLES = {"button", "textbox", "DisclosureTriangle", "link", "image", "article", "list", "dialog", "alertdialog"}


@pytest.fixture
def talked(new_page, shop_page: str):
    """Opens a page with a conversation in it that shows what the page can show."""

    def make(**settings):
        page = new_page(shop_page, **settings)
        page.say("I want a lamp")
        page.click(".why summary")
        page.js("document.querySelector('[data-kind=like]').ariaPressed = 'true'")
        page.js("document.querySelector('.card:last-child').dataset.said = 'dislike'")
        return page

    return make


@pytest.mark.parametrize("look", ["light", "dark"])
def test_everything_that_can_be_read_has_the_contrast_of_aa(talked, look: str) -> None:
    page = talked()
    page.look(prefers_color_scheme=look)
    page.js("document.querySelector('#choices').showPopover(); document.querySelector('#link').hidden = false")
    page.js("document.querySelector('#link').textContent = 'Not connected'")
    page.js("document.getAnimations().forEach((one) => one.finish())")
    found = page.js(CONTRAST)
    assert found["looked"] > 40
    assert found["poor"] == []
    page.click("#delete")
    page.wait("document.querySelector('dialog[open]').checkVisibility()")
    assert page.js(CONTRAST)["poor"] == []


def test_a_conversation_by_keyboard_alone(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    assert page.js("document.activeElement.id") == "message"
    page.type("I want a lamp")
    page.press("Enter", shift=True)
    page.type("under $60")
    assert page.count(".turn") == 0
    page.press("Enter")
    page.settled()
    assert page.js("document.activeElement.id") == "message"
    page.js("document.querySelector('.skip').focus()")
    passed = [page.js(FOCUS)]
    for _ in range(40):
        page.press("Tab")
        passed.append(page.js(FOCUS))
        if passed[-1]["id"] == "message":
            break
    names = [one["name"] for one in passed]
    assert [one for one in passed if not one["name"] or one["ring"] in ("none", "0px")] == []
    assert names[:5] == ["Skip to the message field", "New chat", "Switch to Chinese: 中文", "Dark mode", names[4]]
    per_card = ["Why this? Lumo lamp 2", "Like", "Dislike", "Seen it", "More like this: Lumo lamp 2"]
    at = names.index(per_card[0])
    assert names[at : at + 5] == per_card
    assert names[-2] == "Add a picture"


def test_keys_press_open_and_close(talked) -> None:
    page = talked()
    page.js("document.querySelector('.why').open = false; document.querySelector('.why summary').focus()")
    page.press("Enter")
    page.wait("document.querySelector('.why').open")
    page.js("document.querySelector('#menu').focus()")
    page.press("Enter")
    page.wait("document.querySelector('#choices').matches(':popover-open')")
    page.press("Escape")
    page.wait("!document.querySelector('#choices').matches(':popover-open')")
    page.js("document.querySelector('#menu').focus()")
    page.press(" ")
    page.js("document.querySelector('#delete').focus()")
    page.press("Enter")
    page.wait("document.querySelector('#ask-delete').open")
    assert page.js("document.activeElement.textContent") == "Cancel"
    page.press("Escape")
    page.wait("!document.querySelector('#ask-delete').open")
    assert page.js("document.activeElement.id") == "menu"


def test_a_screen_reader_finds_places_names_and_the_reply(talked) -> None:
    page = talked()
    known = page.named()
    assert {"banner", "main", "contentinfo", "status"} <= {role for role, _ in known}
    assert [role for role, name in known if role in ROLES - {"list"} and not name] == []
    assert {("article", "Lumo lamp 6"), ("list", "Suggestions"), ("textbox", "Your message")} <= set(known)
    assert page.js("[...document.querySelectorAll('#turns [aria-live]')].length") == 0
    assert page.js("document.querySelector('#said').getAttribute('aria-live')") == "polite"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_phone_of_360_pixels_shows_all_without_scrolling_sideways(talked, language: str) -> None:
    page = talked(width=360, height=740, language=language)
    assert page.js("document.documentElement.scrollWidth") <= 360
    assert page.js(WIDE) == []
    assert page.js(SMALL) == []
    page.say("supercalifragilisticexpialidocious" * 12)
    assert page.js("document.documentElement.scrollWidth") <= 360


def test_dark_mode_follows_the_system_until_somebody_chooses(new_page, shop_page: str) -> None:
    page = new_page()
    page.look(prefers_color_scheme="dark")
    page.open(shop_page)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.js(ground)
    assert page.js("document.querySelector('#theme').ariaPressed") == "true"
    page.click("#theme")
    light = page.wait(f"{ground} !== {dark!r} && {ground}")
    page.open(shop_page)
    assert page.js(ground) == light
    page.click("#theme")
    page.wait(f"{ground} === {dark!r}")


def test_the_language_can_be_switched_and_is_kept(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say("I want a lamp")
    page.click("#language")
    page.wait("document.querySelector('.card [data-text=more]').textContent === '更多类似的'")
    assert {("button", "喜欢"), ("button", "更多类似的: Lumo lamp 6")} <= set(page.named())
    page.click("#fresh")
    page.wait("document.querySelector('h2').textContent === '想找点什么？'")
    assert page.js("document.querySelector('#message').placeholder") == "输入消息"
    page.open(shop_page)
    assert page.text("h2") == "想找点什么？"
    page.click("#language")
    page.wait("document.querySelector('h2').textContent === 'What are you looking for?'")


def test_both_languages_say_the_same_things(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    missing = page.js(
        "import('/static/texts.js').then(({TEXTS: {en, zh}}) => [...Object.keys(en).filter((one) => !(one in zh)),"
        " ...Object.keys(zh).filter((one) => !(one in en))])"
    )
    assert missing == []
    used = page.js(
        "import('/static/texts.js').then(({TEXTS: {en}}) => [...document.querySelectorAll('[data-text], [data-label]')]"
        ".flatMap((one) => [one.dataset.text, one.dataset.label]).filter((one) => one && !(one in en)))"
    )
    assert used == []


def test_nothing_moves_for_who_wants_no_motion(talked) -> None:
    page = talked()
    page.look(prefers_reduced_motion="reduce")
    page.say("a chair")
    assert page.js("document.getAnimations().every((one) => one.effect.getTiming().duration <= 1)")


def test_no_style_or_script_is_inline_and_nothing_comes_from_elsewhere(new_page, shop_page: str) -> None:
    page = new_page(shop_page)
    page.say("I want a lamp")
    assert page.count("script:not([src]), style, [style], [onclick], [onload]") == 0
    assert {one["url"].startswith((shop_page, "data:", "blob:")) for one in page.requests} == {True}
