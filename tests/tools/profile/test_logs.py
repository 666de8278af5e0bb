"""Chat logs: every shape that is read, and every problem named with its line."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.profile import lines
from langgraph_recommender.tools.profile.lines import Problems
from langgraph_recommender.tools.profile.logs import Conversation, Message, read_conversations, read_time

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


def read(path: Path, **more: str) -> tuple[list[Conversation], list[str]]:
    problems = Problems()
    found = list(read_conversations(path, problems, quiet, now=NOW, **more))
    assert problems.count == len(problems.first)
    return found, [f"{one.row} {one.field}: {one.reason}" for one in problems.first]


def write(path: Path, *values: object) -> Path:
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in values), encoding="utf-8")
    return path


def said(text: object, **more: object) -> dict[str, object]:
    return {"role": "user", "content": text, **more}


def test_only_what_the_person_wrote_is_kept(tmp_path: Path) -> None:
    messages = [
        {"role": "system", "content": "be nice"},
        said("I love jazz"),
        {"role": "assistant", "content": "Noted"},
        said("你好"),
    ]
    found, problems = read(write(tmp_path / "a.jsonl", {"user_id": "u", "conversation_id": "c", "messages": messages}))
    assert found == [Conversation("u", "c", (Message(1, "I love jazz", None), Message(3, "你好", None)))]
    assert problems == []


def test_other_shapes(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        "",
        {
            "user": 7,
            "messages": [{"type": "human", "content": [{"type": "text", "text": "hi"}, {"type": "image_url"}]}],
        },
        [said("bare list", timestamp=1_700_000_000), {"role": "tool", "content": None}],
    )
    found, problems = read(path, user_id="me")
    assert [(one.user_id, one.messages[0].text) for one in found] == [("7", "hi"), ("me", "bare list")]
    assert found[1].messages[0].time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert problems == []


def test_every_problem_names_its_line_and_field_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        {"messages": [said("whose?")]},
        {"user_id": "  ", "messages": [said("whose?")]},
        '{"user_id": "u", "messages"',
        {"user_id": "u", "messages": "hello"},
        {"user_id": "u"},
        42,
        {"user_id": "u", "messages": ["hello", {"role": "robot", "content": "x"}, said(7), said("ok")]},
        {"user_id": "u", "messages": [said("later", time="2030-01-01"), said("when", time="soon"), said("ok")]},
    )
    found, problems = read(path)
    assert [[message.text for message in one.messages] for one in found] == [["ok"], ["ok"]]
    assert [one.split(":")[0] for one in problems] == [
        "1 user_id", "2 user_id", "3 ", "4 messages", "5 messages", "6 user_id",
        "7 messages[0]", "7 messages[1]", "7 messages[2].content", "8 messages[0].time", "8 messages[1].time",
    ]  # fmt: skip
    assert "broken JSON" in problems[2]
    assert "future: 2030-01-01" in problems[-2]


def test_bytes_that_are_no_text_cost_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps({"user_id": "u", "messages": [said("café")]}, ensure_ascii=False)
    path.write_bytes(good.encode() + b"\n" + good.encode("latin-1") + b"\n" + good.encode())
    found, problems = read(path)
    assert len(found) == 2
    assert problems == ["2 : not UTF-8"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps({"user_id": "u", "messages": [said("我喜欢科幻小说，不喜欢恐怖片")]}, ensure_ascii=False)
    path.write_text(f"{line}\n{line}\n", encoding=encoding)
    found, problems = read(path)
    assert [one.messages[0].text for one in found] == ["我喜欢科幻小说，不喜欢恐怖片"] * 2
    assert problems == []


def test_a_gzipped_log(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"user_id": "u", "messages": [said("hi")]}).encode()))
    assert len(read(path)[0]) == 1


def test_an_endless_line_costs_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1000)
    good = {"user_id": "u", "messages": [said("hi")]}
    found, problems = read(write(tmp_path / "a.jsonl", good, '"' + "x" * 5500 + '"', good))
    assert len(found) == 2
    assert problems == ["2 : longer than 1,000 characters"]


@pytest.mark.parametrize("text", ["", "  \n \n", "{\n  broken\n}"])
def test_a_file_without_json_cannot_be_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text)
    with pytest.raises(LogError, match=r"a.jsonl: no line of JSON"):
        read(path)


def test_a_missing_file_a_folder_and_a_broken_archive(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(b"not gzip at all")
    for name, reason in (("gone.jsonl", "no such file"), ("", "a directory"), ("a.jsonl.gz", "cannot be read")):
        with pytest.raises(LogError, match=reason):
            read(tmp_path / name)


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (1_700_000_000, 2023),
        ("1700000000", 2023),
        (1_700_000_000_000, 2023),
        (20231114, 2023),
        ("20231114", 2023),
        (20231345, 1970),
        (1_700_000_000_000_000_000, 2023),
        ("2024-05-06", 2024),
        ("2024-05-06T07:08:09Z", 2024),
        (datetime(2025, 1, 1), 2025),
        ("yesterday", None),
        ([], None),
        (float("nan"), None),
        (1e300, None),
    ],
)
def test_times(value: object, year: int | None) -> None:
    time = read_time(value)
    assert (time and time.year) == year
    assert time is None or time.tzinfo is UTC
