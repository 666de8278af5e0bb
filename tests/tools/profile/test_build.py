"""Profiles in bulk: idempotent, per user, and nothing lost for a bad row."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item, Language
from langgraph_recommender.tools.profile.build import BuildReport, Said, build_from_behaviour, build_from_logs
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind, Preference

GENRES = ("fantasy", "crime", "drama", "war", "comedy")


class Shelf:
    """Fifty books, a fifth of each genre."""

    name = "my books"
    schema = CatalogSchema(name="books.csv", plural="books", facets=(Facet(name="genre", kind=FacetKind.CATEGORICAL),))

    def __init__(self) -> None:
        self._items = {f"b{n}": Item(f"b{n}", f"Book {n}", facets={"genre": GENRES[n % 5]}) for n in range(50)}

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._items

    def item(self, item_id: str) -> Item:
        return self._items[item_id]

    def items(self) -> list[Item]:
        return list(self._items.values())


def likes_in(text: str, last: Language | None, time: datetime) -> Said:
    """Understands "I like X" and "我喜欢X", and keeps the language of the message before otherwise."""
    english, chinese = text.startswith("I like "), text.startswith("我喜欢")
    language: Language = "zh" if chinese else "en" if english else last or "en"
    value = text.removeprefix("I like ").removeprefix("我喜欢")
    found = (Preference(value=value, weight=1, evidence=text, time=time),) if english or chinese else ()
    return Said(found, language)


def write_log(path: Path, **users: list[str]) -> Path:
    rows = [
        {"user_id": user, "messages": [{"role": "user", "content": text} for text in texts]}
        for user, texts in users.items()
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def build_logs(memory: ProfileMemory, path: Path, now: datetime) -> BuildReport:
    report = BuildReport()
    build_from_logs(memory, path, likes_in, report, now=now, progress=lambda done, total: None)
    return report


def build_behaviour(memory: ProfileMemory, path: Path, now: datetime) -> BuildReport:
    report = BuildReport()
    build_from_behaviour(memory, path, Shelf(), report, now=now, progress=lambda done, total: None)
    return report


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    """Ann likes fantasy, Bob everything alike."""
    ann = [f"ann,b{5 * n},{4 + n % 2}" for n in range(6)] + ["ann,b1,5", "ann,b2,4"]
    bob = [f"bob,b{n},{5 - n % 2}" for n in range(15)] + ["bob,b16,3", "bob,b17,1"]
    path = tmp_path / "ratings.csv"
    path.write_text("\n".join(["user,item,rating", *ann, *bob]))
    return path


def test_what_people_said_is_remembered_of_them_alone(memory: ProfileMemory, tmp_path: Path, say) -> None:
    path = write_log(tmp_path / "a.jsonl", ann=["I like jazz", "thanks"], bob=["我喜欢茶", "嗯"])
    report = build_logs(memory, path, say.now)
    assert (report.users, report.conversations, report.messages, report.statements) == ({"ann", "bob"}, 2, 4, 2)
    assert [one.value for one in memory.load("ann").preferences] == ["jazz"]
    assert [one.value for one in memory.load("bob").preferences] == ["茶"]
    assert (memory.load("ann").language, memory.load("bob").language) == ("en", "zh")


def test_reading_a_log_again_writes_nothing_also_when_it_has_grown(memory: ProfileMemory, tmp_path: Path, say) -> None:
    build_logs(memory, write_log(tmp_path / "a.jsonl", ann=["I like jazz"]), say.now)
    grown = write_log(tmp_path / "a.jsonl", zoe=["I like tea"], ann=["I like jazz", "I like rock"])
    assert build_logs(memory, grown, say.day(1)).statements == 2
    assert build_logs(memory, grown, say.day(2)).statements == 0
    assert [one.value for one in memory.load("ann").preferences] == ["jazz", "rock"]


def test_what_was_forgotten_is_not_read_again(memory: ProfileMemory, tmp_path: Path, say) -> None:
    path = write_log(tmp_path / "a.jsonl", ann=["I like jazz", "I like rock"])
    build_logs(memory, path, say.now)
    memory.forget("ann", "jazz")
    assert build_logs(memory, path, say.day(1)).statements == 0
    assert [one.value for one in memory.load("ann").preferences] == ["rock"]


def test_without_times_later_lines_are_newer(memory: ProfileMemory, tmp_path: Path, say) -> None:
    path = write_log(tmp_path / "a.jsonl", ann=[f"I like topic {number}" for number in range(12)])
    build_logs(memory, path, say.now)
    assert [one.value for one in memory.load("ann").preferences] == [f"topic {number}" for number in range(12)]


def test_behaviour_becomes_events_and_preferences(memory: ProfileMemory, ratings: Path, say) -> None:
    report = build_behaviour(memory, ratings, say.now)
    assert (report.users, report.rows, report.events, report.problems.count) == ({"ann", "bob"}, 25, 25, 0)
    ann, bob = memory.load("ann"), memory.load("bob")
    [fantasy] = ann.preferences
    assert (fantasy.facet, fantasy.value, fantasy.catalog, fantasy.stated) == ("genre", "fantasy", "my books", False)
    assert fantasy.evidence == "6 of 8 books you liked; 20% of the catalog"
    assert bob.preferences == []
    assert ann.consumed("my books") == ["b0", "b1", "b2", "b5", "b10", "b15", "b20", "b25"]
    assert bob.items(FeedbackKind.DISLIKE, "my books") == ["b17"]
    assert bob.items(FeedbackKind.SEEN, "my books") == ["b16"]
    assert {one.title for one in bob.events} >= {"Book 16", "Book 17"}


def test_building_again_changes_nothing_and_new_rows_renew_what_is_inferred(
    memory: ProfileMemory, ratings: Path, say
) -> None:
    build_behaviour(memory, ratings, say.now)
    again = build_behaviour(memory, ratings, say.day(9))
    assert (again.events, again.inferred) == (0, 0)
    ratings.write_text(ratings.read_text() + "\nann,b30,5\nann,b35,5\n")
    assert build_behaviour(memory, ratings, say.day(9)).inferred == 1
    [fantasy] = memory.load("ann").preferences
    assert fantasy.evidence == "8 of 10 books you liked; 20% of the catalog"
    assert memory.load("ann").history == []


def test_a_forgotten_preference_is_not_inferred_again(memory: ProfileMemory, ratings: Path, say) -> None:
    build_behaviour(memory, ratings, say.now)
    assert memory.forget("ann", "fantasy") == ["You seem to like fantasy (6 of 8 books you liked; 20% of the catalog)"]
    build_behaviour(memory, ratings, say.day(1))
    assert memory.load("ann").preferences == []


def test_unknown_items_are_counted_and_listed(memory: ProfileMemory, ratings: Path, say) -> None:
    ratings.write_text(ratings.read_text() + "\nann,nope,5\nann,b30,five\n")
    report = build_behaviour(memory, ratings, say.now)
    assert report.events == 25
    assert [str(one).removeprefix(str(ratings)) for one in report.problems.first] == [
        ", row 27, item: not in catalog my books: 'nope'",
        ", row 28, rating: not a number: 'five'",
    ]


def test_many_problems_are_counted_but_not_all_kept(memory: ProfileMemory, tmp_path: Path, say) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("user,item,rating\n" + "ann,nope,5\n" * 500)
    report = build_behaviour(memory, path, say.now)
    assert report.problems.count == 500
    assert len(report.problems.first) == report.problems.kept < 500
