"""What is named in a text: the longest name, however it is written, and no plain words."""

import pytest
from langgraph_recommender.tools.ranking.dialogues.model import Turn
from langgraph_recommender.tools.ranking.dialogues.nodes import NAMED, Nodes

TITLES = ("Dune", "Dune Messiah", "Her", "Alien (1979)", "三体", "三体II：黑暗森林", "It")
NODES = Nodes.of(
    tuple("abcdefg"), TITLES, ["Frank Herbert", "sci-fi", "DUNE", "科幻"], ["I like her a lot", "Her was good", "her?"]
)


def said(text: str) -> list[str]:
    return [NODES.name_of(node) for node in NODES.of_turn(Turn(role="user", text=text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("something like dune messiah, please", ["Dune Messiah"]),
        ("DUNE by Frank  Herbert", ["Dune", "frank herbert"]),
        ("Alien is sci-fi", ["Alien (1979)", "sci-fi"]),
        ("Alien (1979)!", ["Alien (1979)"]),
        ("I gave it to her", []),
        ("dunes and aliens", []),
        ("我喜欢三体，还有科幻吗", ["三体", "科幻"]),
        ("三体II：黑暗森林怎么样", ["三体II：黑暗森林"]),
        ("Dune, Dune and Dune", ["Dune"]),
        ("", []),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert said(text) == names


def test_an_entity_of_the_name_of_an_item_is_that_item() -> None:
    assert NODES.entities == ("frank herbert", "sci-fi", "科幻")
    assert NODES.named("Dune") == NODES.named("DUNE") == NODES.named("a") == 0
    assert NODES.named("nobody") == -1


def test_what_a_turn_says_itself_is_taken_at_its_word() -> None:
    assert NODES.of_turn(Turn(role="user", text="Dune", mentions=("d", "x"), entities=("Sci-Fi",))) == [3, 8]
    assert NODES.of_turn(Turn(role="user", text="Dune, sci-fi", mentions=())) == [8]
    assert NODES.of_turn(Turn(role="user", text="Dune, sci-fi", entities=())) == [0]


def test_names_become_a_sign_and_the_newest_mention_counts() -> None:
    turn = Turn(role="user", text="Is Dune like Alien?")
    assert NODES.unnamed(turn) == f"is {NAMED} like {NAMED}?"
    talk = [turn, Turn(role="assistant", text="Rather like Dune Messiah."), Turn(role="user", text="Dune it is")]
    assert NODES.since(talk) == {3: 2, 1: 1, 0: 0}
