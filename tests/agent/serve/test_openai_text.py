"""What is made of texts on the way to a chat front end and back."""

from __future__ import annotations

import json

import pytest
from langgraph_recommender.agent.offline.replies.text import TITLE_LENGTH, one_line
from langgraph_recommender.agent.serve.openai.asides import answer_aside
from langgraph_recommender.agent.serve.openai.errors import ApiError
from langgraph_recommender.agent.serve.openai.history import Said, after, talk_of
from langgraph_recommender.agent.serve.openai.markdown import Emphasis, emphasis, emphasized, progress
from langgraph_recommender.agent.serve.openai.wire import ChatRequest, Message

LIST = "Here you are:\n1. Dune — $9\n   Fits.\n2. Dune Messiah — $8\n3. 1984 — $7\nDune is the first."
TITLES = ["Dune", "Dune Messiah", "1984"]


def said(*messages: tuple[str, str]) -> list[Message]:
    return [Message.model_validate({"role": role, "content": content}) for role, content in messages]


def test_titles_that_begin_a_line_are_bold_once() -> None:
    assert emphasized(emphasis(LIST, TITLES)) == TITLES
    assert emphasis(LIST, TITLES).endswith("\nDune is the first.")
    assert emphasis("1. 《沙丘》：很好", ["沙丘"]) == "1. 《沙丘》：很好"
    assert emphasized("1. 《沙丘》：很好\n   因为你喜欢《三体》") == ["沙丘"]
    assert emphasis("沙丘：很好", ["沙丘"]) == "**沙丘**：很好"
    assert emphasis("Room for two: Room", ["Room"]) == "**Room** for two: Room"
    assert emphasis("Roomy sofas", ["Room"]) == "Roomy sofas"


def test_what_follows_a_list_is_no_part_of_its_last_entry() -> None:
    assert emphasis(LIST, TITLES).endswith("3. **1984** — $7  \n\nDune is the first.")
    assert "\n\n" not in emphasis(LIST.rpartition("\n")[0], TITLES)
    assert emphasis("1. A\n   a\n\nB\nC", []) == "1. A  \n   a  \n  \nB  \nC"
    assert emphasis("1. 《沙丘》：很好\n还有更多。", ["沙丘"]) == "1. 《沙丘》：很好  \n\n还有更多。"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_reply_in_pieces_becomes_the_same(size: int) -> None:
    marked = Emphasis()
    for title in TITLES:
        marked.add(title)
    pieces = [marked.feed(LIST[at : at + size]) for at in range(0, len(LIST), size)]
    assert "".join(pieces) + marked.feed("", last=True) == emphasis(LIST, TITLES)
    assert sum(bool(piece) for piece in pieces) > 5


def test_a_title_that_a_reply_cuts_short_is_whole() -> None:
    title = "Longitude: The True Story of a Lone Genius Who Solved the Greatest Scientific Problem of His Time"
    cut = one_line(title, TITLE_LENGTH)
    assert cut != title
    assert emphasis(f"1. 《{cut}》：很好\n2. Dune", [title, "Dune"]) == f"1. 《{title}》：很好  \n2. **Dune**"


def test_signs_of_markdown_in_a_title_are_escaped() -> None:
    title = "M*A*S*H <script>"
    assert emphasis(f"1. {title} — $3", [title]) == r"1. **M\*A\*S\*H \<script\>** — $3"
    assert emphasized(emphasis(f"1. {title} — $3", [title])) == [title]


def test_progress_is_said_in_the_language_of_the_talk() -> None:
    assert "12" in progress({"name": "search_catalog", "found": 12}, "en")
    assert "add to cart" in progress({"name": "add_to_cart"}, "en")
    assert "12" in progress({"name": "search_catalog", "found": 12}, "zh")


def test_a_talk_is_exchanges_and_a_newest_message() -> None:
    talk = talk_of(
        said(
            ("system", "be nice"),
            ("assistant", "Welcome!"),
            ("user", "a"),
            ("user", "b"),
            ("assistant", "c"),
            ("assistant", "d"),
            ("user", "e"),
        )
    )
    assert [(one.said.words, one.reply) for one in talk.earlier] == [("a\nb", "c\nd")]
    assert talk.newest == Said("e")


def test_shown_progress_and_white_space_do_not_tell_talks_apart() -> None:
    plain = after("x", Said("hi"), "Hello there.\n1. A")
    shown = '<details type="reasoning" done="true">\nSearched\n</details>\nHello there.  \n1. A\n'
    assert after("x", Said("hi "), shown) == plain
    assert after("x", Said("hi"), "<think>Searched</think>Hello there. 1. A") == plain
    assert (
        len({plain, after("y", Said("hi"), "Hello there.\n1. A"), after("x", Said("hi", ("p",)), "Hello there.")}) == 3
    )


@pytest.mark.parametrize("begun", ["<think>", "<details", "<details>"])
def test_asides_that_never_end_are_read_in_one_pass(begun: str) -> None:
    assert after("x", Said("hi"), begun * 200_000) != after("x", Said("hi"), begun)


@pytest.mark.parametrize(
    "messages",
    [
        [("system", "a")],
        [("user", "a"), ("assistant", "b")],
        [("user", "a"), ("tool", "b")],
        [("developer", "a"), ("assistant", "b")],
    ],
)
def test_what_ends_in_no_new_message_is_refused(messages: list[tuple[str, str]]) -> None:
    with pytest.raises(ApiError) as caught:
        talk_of(said(*messages))
    assert caught.value.status == 400


QUOTED = """<chat_history>
USER: a laptop under 1500
ASSISTANT: 1. **Yoga 920** — $1,099
2. **XPS 13** — $1,499
</chat_history>"""
ASIDES = {
    '### Task:\nGenerate a concise title.\n### Output:\nJSON format: { "title": "your title" }\n### Chat History:\n': {
        "title": "a laptop under 1500"
    },
    '### Task:\nGenerate 1-3 tags.\n### Output:\nJSON format: { "tags": ["tag1"] }\n': {"tags": ["products"]},
    '### Task:\nSuggest follow-ups.\nJSON format: { "follow_ups": ["Question 1?"] }\n': {
        "follow_ups": ["Tell me more about Yoga 920", "Something like Yoga 920", "Compare Yoga 920 and XPS 13"]
    },
    '### Task:\nGenerate queries: { "queries": ["query1"] }\n': {"queries": []},
}


@pytest.mark.parametrize(("prompt", "answer"), ASIDES.items())
def test_side_requests_are_answered_from_what_they_quote(prompt: str, answer: dict[str, object]) -> None:
    asked = talk_of(said(("user", prompt + QUOTED)))
    assert json.loads(answer_aside(asked, "products") or "") == answer


def test_a_title_in_plain_text() -> None:
    prompt = "Provide a concise title for the conversation. Only return the title itself.\n\nConversation:\n"
    english = talk_of(said(("user", f"{prompt}User: find me a good laptop for my studies, please\nAI: Sure.")))
    assert answer_aside(english, "products") == "find me a good laptop for"
    chinese = talk_of(said(("user", f"{prompt}User: 我想买一瓶送给妈妈的生日香水不要太贵\nAI: 好")))
    assert answer_aside(chinese, "products") == "我想买一瓶送给妈妈的生日香水不要"


@pytest.mark.parametrize(
    "words", ["a book with the title Dune", "tags: sci-fi", "user: admin", "tell me about user stories"]
)
def test_what_people_say_is_no_side_request(words: str) -> None:
    assert answer_aside(talk_of(said(("user", words))), "products") is None
    later = talk_of(said(("user", "hi"), ("assistant", "Hello"), ("user", f"a title\nUser: {words}")))
    assert answer_aside(later, "products") is None


def test_only_texts_and_pictures_are_read() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]}
    with pytest.raises(ValueError, match="input_audio"):
        ChatRequest.model_validate(body)
