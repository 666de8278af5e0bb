"""A word on what was just shown: what is liked does not come back, and a verdict finds its item or asks for it."""

from collections.abc import Callable

import pytest
from langgraph_recommender.agent import Recommender, create_recommender
from langgraph_recommender.graphs.policies import Policies
from langgraph_recommender.graphs.state import TurnResult
from langgraph_recommender.tools.catalog import Catalog

Talker = Callable[..., Callable[[str], TurnResult]]
OPENING = {"en": "recommend a fantasy novel", "zh": "推荐一本奇幻小说"}


@pytest.fixture(scope="module")
def bookshop(books: Catalog) -> Recommender:
    return create_recommender(books)


def ids(turn: TurnResult) -> list[str]:
    return [one.item_id for one in turn.recommendations]


@pytest.mark.parametrize(
    ("language", "words", "place"),
    [
        ("en", "more like the second one", 1),
        ("en", "something similar to number 1, please", 0),
        ("zh", "再来点像第二本那样的", 1),
        ("zh", "有没有和第一本类似的", 0),
    ],
)
def test_more_like_one_shows_nothing_of_the_list_before(
    language: str, words: str, place: int, bookshop: Recommender, talker: Talker
) -> None:
    say = talker(bookshop, words)
    before, after = ids(say(OPENING[language])), say(words)
    assert len(ids(after)) == 5
    assert not set(before) & set(ids(after))
    later = say("something older" if language == "en" else "再老一点的")
    assert later.recommendations
    assert before[place] not in ids(later)


@pytest.mark.parametrize(
    ("ask", "words"), [("a laptop", "more like the first one"), ("笔记本电脑", "再来点像第一个那样的")]
)
def test_what_was_shown_comes_back_when_nothing_else_fits(
    ask: str, words: str, products: Catalog, shop: Recommender, talker: Talker
) -> None:
    say = talker(shop, words)
    before = ids(say(ask))
    assert len(before) == len([one for one in products.items() if one.facets.get("category") == "laptops"])
    assert set(ids(say(words))) == set(before[1:])


@pytest.mark.parametrize(
    ("language", "words", "answer", "places"),
    [
        ("en", "seen it", "2", (1,)),
        ("en", "I've read that one", "the first and the third", (0, 2)),
        ("en", "read it already", "all of them", (0, 1, 2, 3, 4)),
        ("en", "I've already seen this", "4 and 5", (3, 4)),
        ("en", "I didn't like it", "number 3", (2,)),
        ("zh", "看过了", "第二本", (1,)),
        ("zh", "这本我已经看过了", "1和3", (0, 2)),
        ("zh", "我读过了", "都是", (0, 1, 2, 3, 4)),
        ("zh", "这本我不喜欢", "第三本", (2,)),
    ],
)
def test_a_verdict_on_one_of_several_asks_which(
    language: str, words: str, answer: str, places: tuple[int, ...], bookshop: Recommender, talker: Talker
) -> None:
    say = talker(bookshop, f"{words} {answer}")
    shown = say(OPENING[language])
    asked = say(words)
    assert asked.outcome == "which_one"
    assert asked.recommendations == ()
    titles = [one.title for one in shown.recommendations]
    assert asked.question
    assert asked.question.values == tuple(titles)
    numbered = [line.split(". ", 1) for line in asked.reply.splitlines() if line[:1].isdigit()]
    assert [number for number, _ in numbered] == ["1", "2", "3", "4", "5"]
    assert all(title in line for title, (_, line) in zip(titles, numbered, strict=True))
    after = ids(say(answer))
    assert after
    assert not {ids(shown)[place] for place in places} & set(after)
    assert after != ids(shown)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "seen them all"), ("en", "I've read all of these"), ("zh", "都看过了")]
)
def test_all_of_them_are_seen(language: str, words: str, bookshop: Recommender, talker: Talker) -> None:
    say = talker(bookshop, words)
    before, after = ids(say(OPENING[language])), ids(say(words))
    assert len(after) == 5
    assert not set(before) & set(after)


@pytest.mark.parametrize(
    ("language", "about", "words"),
    [("en", "tell me about the third one", "seen it"), ("zh", "介绍一下第三本", "看过了")],
)
def test_the_one_spoken_of_last_is_seen(
    language: str, about: str, words: str, bookshop: Recommender, talker: Talker
) -> None:
    say = talker(bookshop, f"{about} {words}")
    third = ids(say(OPENING[language]))[2]
    say(about)
    after = say(words)
    assert after.outcome == "recommended"
    assert third not in ids(after)


@pytest.mark.parametrize(("language", "words"), [("en", "seen it"), ("zh", "看过了")])
def test_the_only_one_is_seen(language: str, words: str, books: Catalog, talker: Talker) -> None:
    say = talker(create_recommender(books, policies=Policies(one_at_a_time=True)), language)
    (only,) = ids(say(OPENING[language]))
    assert only not in ids(say(words))


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not for me"), ("en", "nah, boring"), ("zh", "没意思"), ("zh", "不感兴趣")]
)
def test_a_shrug_at_the_whole_list_brings_another(
    language: str, words: str, bookshop: Recommender, talker: Talker
) -> None:
    say = talker(bookshop, words)
    before, after = ids(say(OPENING[language])), ids(say(words))
    assert after
    assert not set(before) & set(after)


@pytest.mark.parametrize(
    ("words", "outcome"), [("tell me about the second one", "answered"), ("actually, science fiction", "recommended")]
)
def test_the_question_may_be_passed_over(words: str, outcome: str, bookshop: Recommender, talker: Talker) -> None:
    say = talker(bookshop, words)
    say(OPENING["en"])
    say("seen it")
    assert say(words).outcome == outcome


def test_seeing_beside_a_wish_is_a_wish_for_others(bookshop: Recommender, talker: Talker) -> None:
    say = talker(bookshop)
    before = ids(say(OPENING["en"]))
    after = say("seen it, something else please")
    assert after.outcome == "recommended"
    assert not set(before) & set(ids(after))


@pytest.mark.parametrize(
    ("ask", "no", "told"),
    [("laptops under $1200", "nope", "turned down"), ("1200美元以下的笔记本电脑", "不要", "都不要")],
)
def test_when_all_that_fits_was_refused_the_reply_says_so(
    ask: str, no: str, told: str, shop: Recommender, talker: Talker
) -> None:
    say = talker(shop, f"{ask} {no}")
    assert say(ask).recommendations
    refused = say(no)
    assert not refused.recommendations
    assert refused.outcome == "no_more"
    assert told in refused.reply
    assert "1,099.99" not in refused.reply


@pytest.mark.parametrize(
    ("ask", "dearer", "told"),
    [
        ("laptops under $1200", "dearer ones", "no longer counts"),
        ("1200美元以下的笔记本电脑", "贵一点的", "不再按它筛选"),
    ],
)
def test_dearer_than_the_limit_lifts_it_and_says_so(
    ask: str, dearer: str, told: str, shop: Recommender, talker: Talker
) -> None:
    say = talker(shop, f"{ask} {dearer}")
    say(ask)
    found = say(dearer)
    assert found.recommendations
    assert told in found.reply


def test_taking_all_of_them_asks_for_no_more(shop: Recommender, talker: Talker) -> None:
    say = talker(shop, "take all")
    say("laptops")
    assert say("k ill take em").outcome == "noted"


@pytest.mark.parametrize("first", ["😀😀", "?!"])
def test_signs_alone_are_answered_in_the_language_of_the_catalog(
    first: str, restaurants: Catalog, shop: Recommender, talker: Talker
) -> None:
    assert talker(create_recommender(restaurants), f"signs {first}")(first).language == "zh"
    assert talker(shop, f"signs {first}")(first).language == "en"
