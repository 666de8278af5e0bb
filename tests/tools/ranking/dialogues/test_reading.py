"""Dialogues and triples from files: what is read, and what is refused with its line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.ranking.dialogues.knowledge import Triple, facts_of, read_knowledge
from langgraph_recommender.tools.ranking.dialogues.model import choices
from langgraph_recommender.tools.ranking.dialogues.reading import items_named, read_dialogues

Write = Callable[..., Path]
GOOD: dict[str, Any] = {
    "id": "a",
    "turns": [
        {"role": "user", "text": "Something like Dune?", "mentions": ["b1"], "entities": ["sand"]},
        {"role": "assistant", "text": "Hyperion.", "recommended": ["b2", "b2"]},
        {"role": "user", "text": "Another?"},
        {"role": "assistant", "recommended": ["b3"]},
    ],
}


def test_a_dialogue_is_read_with_all_that_it_names(written: Write) -> None:
    read = read_dialogues(written(GOOD, "", {**GOOD, "id": "b"}))
    first = read.dialogues[0].turns[0]
    assert (first.mentions, first.entities, read.dialogues[0].turns[2].mentions) == (("b1",), ("sand",), None)
    assert [(one.dialogue, len(one.talk), one.chosen) for one in choices(read.dialogues)][:2] == [
        ("a", 1, ("b2",)),
        ("a", 3, ("b3",)),
    ]
    assert items_named(read.dialogues) == ("b1", "b2", "b3")
    assert read.summary() == ["2 dialogues, 8 turns, 4 recommendations to learn from."]


def test_items_that_the_catalog_lacks_are_counted_and_named(written: Write) -> None:
    read = read_dialogues(written(GOOD), ["b1", "b2"])
    assert read.unknown == ("b3",)
    assert read.summary()[1] == "Items that are not in the catalog, passed over: 1, such as 'b3'."


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["{"], "line 1: the line: Invalid JSON"),
        (["[1]"], "line 1: the line: Input should be an object"),
        ([GOOD, {"id": "x", "turns": []}], "line 2: turns: "),
        ([{"id": "x", "turns": [{"role": "clerk", "text": ""}]}], "line 1: turns.0.role: "),
        ([{"id": "x", "turns": [{"role": "user", "said": "hi"}]}], "line 1: turns.0.said: Extra inputs"),
        ([{"id": "x", "turns": [{"role": "user", "recommended": [3]}]}], "line 1: turns.0.recommended.0: "),
        ([{"id": "", "turns": GOOD["turns"]}], "line 1: id: "),
        ([GOOD, "", GOOD], "line 3: the dialogue 'a' is also on line 1"),
        ([], "holds no dialogue"),
        ([{"id": "x", "turns": [{"role": "user", "text": "hi"}]}], "no turn after another one recommends an item"),
        ([{"id": "x", "turns": [{"role": "assistant", "recommended": ["b1"]}]}], "no turn after another one"),
    ],
)
def test_what_is_no_dialogue_is_refused_with_its_line(written: Write, lines: list[Any], message: str) -> None:
    path = written(*lines)
    with pytest.raises(LogError) as error:
        read_dialogues(path)
    assert str(error.value).startswith(str(path))
    assert message in error.value.message
    assert error.value.cure


def test_a_file_of_another_catalog_is_refused_with_ids_that_would_do(written: Write) -> None:
    with pytest.raises(LogError, match="none of the 2 recommended items is in the catalog, such as 'b2'") as error:
        read_dialogues(written(GOOD), ["1", "2"])
    assert "'1', '2'" in error.value.cure


def test_a_missing_or_garbled_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="There is no file"):
        read_dialogues(tmp_path / "none.jsonl")
    garbled = tmp_path / "garbled.jsonl"
    garbled.write_bytes(b'{"id": "\xff"}')
    for read in (read_dialogues, read_knowledge):
        with pytest.raises(LogError, match=r"garbled\.jsonl"):
            read(garbled)


def test_triples_are_three_fields_between_tabs(tmp_path: Path) -> None:
    path = tmp_path / "facts.tsv"
    path.write_text("Dune\tauthor\tFrank Herbert\n\nDune\tgenre \tsand\n", encoding="utf-8")
    assert read_knowledge(path) == [Triple("Dune", "author", "Frank Herbert"), Triple("Dune", "genre", "sand")]


@pytest.mark.parametrize(
    ("text", "message"),
    [("a\tb\n", "line 1: 2 fields"), ("a\tb\tc\na\t\tc\n", "line 2: 3 fields"), ("\n", "holds no triples")],
)
def test_what_is_no_triple_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "facts.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LogError, match=message):
        read_knowledge(path)


def test_a_catalog_is_knowledge_by_its_facets_of_words(groceries: Any) -> None:
    facts = list(facts_of(groceries))
    item = groceries.items()[0]
    own = {(one.relation, one.object) for one in facts if one.subject == item.id}
    assert own
    for relation, value in own:
        held = item.facets[relation]
        assert value == held or value in held
