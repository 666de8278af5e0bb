"""What is forgotten is gone: from the profile, its history, the store and the bytes of the file."""

from pathlib import Path

import pytest
from langgraph.store.base import BaseStore
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind, UserProfile
from langgraph_recommender.tools.profile.stores import store_at

GENRE = Facet(
    name="genre", kind=FacetKind.MULTI, names={"en": ("genre",), "zh": ("类型",)}, aliases={"horror": ("恐怖", "scary")}
)
PRICE = Facet(name="price", kind=FacetKind.NUMERIC, role=FacetRole.PRICE, names={"en": ("price",), "zh": ("价格",)})
SCHEMAS = {"movies": CatalogSchema(name="movies", facets=(GENRE, PRICE))}


def rows_of(store: BaseStore) -> str:
    return str([(item.namespace, item.key, item.value) for item in store.search((), limit=10_000)])


@pytest.fixture
def told(memory: ProfileMemory, say) -> ProfileMemory:
    """A person who said and did many things."""
    memory.remember("u", say.likes("horror", "I love horror and comedy"), key="1:0")
    memory.remember("u", say.likes("comedy", "I love horror and comedy"), key="1:1")
    memory.remember("u", say.hates("Horror", "I can't stand horror anymore", on=1), key="2")
    memory.remember("u", say.likes("science fiction", "我喜欢科幻小说", on=2), key="3")
    memory.remember("u", say.likes("romance", "my wife adores love stories", on=2), key="4")
    memory.remember("u", say.always("price", "<=", 25, "I never pay more than 25"), key="5")
    memory.remember("u", say.always("price", "<=", 30, "make that thirty", on=3), key="6")
    memory.record("u", say.event("tt1", FeedbackKind.LIKE, "Alien"), key="7")
    memory.record("u", say.event("tt2", FeedbackKind.LIKE, "The Rocky Horror Picture Show"), key="8")
    memory.record("u", say.event("tt3", FeedbackKind.SEEN, "Harry Potter and the Goblet of Fire (#4)"), key="9")
    return memory


@pytest.mark.parametrize(
    ("target", "gone", "removed"),
    [
        ("what I said about horror", "anymore", 2),
        ("Horror movies", "anymore", 2),
        ("that I hate horror", "anymore", 2),
        ("恐怖片", "anymore", 2),
        ("我说过的关于恐怖片的话", "anymore", 2),
        ("anything scary", "anymore", 2),
        ("my budget", "thirty", 2),
        ("我的预算", "thirty", 2),
        ("the price", "thirty", 2),
        ("science fiction", "科幻", 1),
        ("sci", "\x00", 0),
        ("科幻小说", "科幻", 1),
        ("what I told you about my wife", "wife", 1),
        ("Alien", "Alien", 1),
        ("that I liked Alien", "Alien", 1),
        ("tt1", "tt1", 1),
        ("the goblet of fire", "Potter", 1),
        ("rocky horror picture show", "Rocky", 1),
        ("westerns", "\x00", 0),
        ("what I said", "\x00", 0),
        ("everything", "\x00", 0),
        ("", "\x00", 0),
        ("😀", "\x00", 0),
    ],
)
def test_the_target_goes_and_nothing_else(
    told: ProfileMemory, store: BaseStore, target: str, gone: str, removed: int
) -> None:
    before = len(told.records("u"))
    assert len(told.forget("u", target, schemas=SCHEMAS)) == removed
    assert gone not in rows_of(store)
    assert len(told.records("u")) == before - removed


def test_forgetting_one_genre_leaves_the_other_of_the_same_sentence(told: ProfileMemory, store: BaseStore) -> None:
    told.forget("u", "horror", schemas=SCHEMAS)
    profile = told.load("u")
    [comedy] = [one for one in profile.preferences if one.value == "comedy"]
    assert comedy.evidence == ""
    assert "love horror" not in rows_of(store)
    assert profile.items(FeedbackKind.LIKE, "movies") == ["tt1", "tt2"]


def test_the_older_statement_does_not_come_back(told: ProfileMemory) -> None:
    told.forget("u", "I can't stand horror anymore")
    profile = told.load("u")
    assert "horror" not in {one.value.casefold() for one in profile.preferences}
    assert "horror" not in str(profile.history).casefold()


def test_a_title_that_is_also_a_genre_means_both(memory: ProfileMemory, say) -> None:
    memory.remember("u", say.likes("romance"), key="1")
    memory.remember("u", say.likes("romance comedy"), key="2")
    memory.record("u", say.event("tt1", FeedbackKind.LIKE, "Romance"), key="3")
    assert memory.forget("u", "romance") == ["You like romance", "You liked Romance"]


def test_the_removed_is_told_in_the_language_of_the_person(told: ProfileMemory) -> None:
    assert told.forget("u", "comedy", schemas=SCHEMAS) == ['You like comedy (you said: "I love horror and comedy")']
    told.set_language("u", "zh")
    assert told.forget("u", "my budget", schemas=SCHEMAS) == [
        "你一直要求：价格不超过25（你说过：“I never pay more than 25”）",
        "你一直要求：价格不超过30（你说过：“make that thirty”）",
    ]


def test_a_repeated_write_does_not_bring_it_back(told: ProfileMemory, say) -> None:
    told.forget("u", "horror")
    told.remember("u", say.hates("Horror", "I can't stand horror anymore", on=1), key="2")
    told.renew("u", {"2": say.hates("Horror", "I can't stand horror anymore", on=1)})
    assert "horror" not in {one.value.casefold() for one in told.load("u").preferences}


def test_what_is_said_again_later_is_remembered(told: ProfileMemory, say) -> None:
    told.forget("u", "horror")
    told.remember("u", say.likes("horror", "I like horror again", on=30), key="later turn")
    assert "horror" in {one.value for one in told.load("u").preferences}


def test_inferred_preferences_stay_forgotten_when_inferred_again(memory: ProfileMemory, say) -> None:
    inferred = say.likes("horror", "5 of 6 items you liked", stated=False)
    assert memory.renew("u", {"inferred:horror": inferred}) == 1
    assert memory.renew("u", {"inferred:horror": inferred}) == 0
    memory.forget("u", "horror")
    assert memory.renew("u", {"inferred:horror": inferred}) == 0
    assert memory.load("u").preferences == []


def test_other_users_keep_what_they_said(told: ProfileMemory, say) -> None:
    told.remember("other", say.likes("horror", "I love horror"), key="1:0")
    told.forget("u", "horror")
    told.forget_all("u")
    assert [one.value for one in told.load("other").preferences] == ["horror"]


def test_forgetting_everything_leaves_no_row(told: ProfileMemory, store: BaseStore) -> None:
    told.set_language("u", "en")
    told.forget("u", "Alien")
    assert told.forget_all("u") == 10
    assert store.search((), limit=10) == []
    assert told.load("u") == UserProfile(user_id="u")
    assert told.forget_all("u") == 0


def test_no_byte_is_left_in_the_file_or_its_log(tmp_path: Path, say) -> None:
    path = tmp_path / "profiles.sqlite"
    secret = "xylophone"
    with store_at(path) as store:
        memory = ProfileMemory(store)
        topics = {f"{number}": say.likes(f"topic {number}", f"I said so {number} times") for number in range(300)}
        secrets = {f"-{number}": say.likes(f"{secret} {number}", f"{secret} " * 40) for number in range(300)}
        for key in topics:
            memory.add("u", {key: topics[key], f"-{key}": secrets[f"-{key}"]})
        assert any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())
        assert len(memory.forget("u", secret)) == 300
        assert not any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())
        assert len(memory.load("u").preferences) == 300
        memory.forget_all("u")
        assert not any(b"topic" in file.read_bytes() for file in tmp_path.iterdir())
