"""`recommender train --parts rater`: a language model, made here, from training to a conversation."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.cli import main
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.ranking.kept_models import load_for

Run = Callable[..., tuple[int, str, str]]
KINDS = ("space", "love")
SMALL = {"epochs": 4, "rate": 0.005, "history": 3, "candidates": 12, "choices": 60, "item_tokens": 8}
SETTINGS = [word for name, value in SMALL.items() for word in ("--set", f"rater.{name}={value}")]
PARTS = ("--parts", "popularity,rater")


def shop(folder: Path) -> Path:
    rows = [{"id": f"i{row}", "title": f"Thing {row} of {KINDS[row % 2]}"} for row in range(30)]
    (folder / "shop.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "shop.jsonl"


def events(folder: Path) -> Path:
    """Everybody takes six things of one kind."""
    random, lines = np.random.default_rng(2), ["user,item,rating,time"]
    for user in range(80):
        own = random.permutation(np.arange(user % 2, 30, 2))[:6]
        lines += [f"u{user},i{row},5,{1000 + step}" for step, row in enumerate(own)]
    (folder / "events.csv").write_text("\n".join(lines))
    return folder / "events.csv"


def language_model(folder: Path) -> Path:
    module = pytest.importorskip("transformers")
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["[UNK]", "[PAD]", "[CLS]", "[SEP]"]
    texts = [json.loads(line)["title"] for line in shop(folder).read_text().splitlines()]
    words.train_from_iterator([*texts, "liked: disliked: next: ;"], trainers.WordLevelTrainer(special_tokens=special))
    named = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    module.PreTrainedTokenizerFast(tokenizer_object=words, **named).save_pretrained(folder / "base")
    torch.manual_seed(7)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    module.BertModel(module.BertConfig(vocab_size=words.get_vocab_size(), **size)).save_pretrained(folder / "base")
    return folder / "base"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            main([*map(str, words)])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        else:
            code = 0
        return code, *capsys.readouterr()

    return command


def test_from_training_to_a_conversation(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, catalog, log = language_model(tmp_path), shop(tmp_path), events(tmp_path)
    given = ("--catalog", catalog, "--interactions", log, *PARTS, "--set", f"rater.base={base}", *SETTINGS)
    code, out, err = run("train", *given, "--out", "kept", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["weights"]["rater"] > 0
    assert {one["what"] for one in told["measured"] if "drawn" in one["split"]} >= {"rater", "mixture"}
    card = (tmp_path / "kept" / "README.md").read_text()
    assert "| rater |" in card
    assert str(base) in card
    kept = {one.name for one in (tmp_path / "kept").iterdir()}
    assert kept == {"README.md", "ranker.json", "ranker.safetensors"}
    for one in base.iterdir():
        one.unlink()

    listed = ("rank", "--catalog", catalog, "--model", "kept", "--history", "i0,i2,i4", "--json", "--explain")
    code, out, err = run(*listed, "-k", 5)
    assert code == 0, err
    for one in json.loads(out)["items"]:
        assert one["contributions"]["rater"] != 0
        assert sum(one["contributions"].values()) == pytest.approx(one["score"], abs=1e-5)
    code, _, err = run(*listed, "-k", 13)
    assert code == 2
    assert "-k 12 at most" in err

    words = ("batch", "--catalog", catalog, "--model", "kept", "--users", log, "--contributions")
    code, _, err = run(*words, "--out", "out.jsonl", "-k", 3)
    assert code == 0, err
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert len(rows) == 3 * 80
    assert all(sum(one["contributions"].values()) == pytest.approx(one["score"], abs=1e-5) for one in rows)

    recommender = create_recommender(str(catalog), ranker=tmp_path / "kept", store=None)
    answer = recommender.invoke(
        {"messages": [("user", "recommend something of space")]}, config={"configurable": {"thread_id": "1"}}
    )
    assert answer["messages"][-1].content

    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(SettingsError, match=r"langgraph-recommender\[rater\]"):
        load_for(open_catalog(str(catalog)), tmp_path / "kept")


def test_without_transformers_nothing_is_fitted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    given = ("--catalog", shop(tmp_path), "--interactions", events(tmp_path), *PARTS)
    code, out, err = run("train", *given, "--set", "rater.base=somewhere")
    assert (code, out) == (2, "")
    assert "pip install 'langgraph-recommender[rater]'" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--set", "rater.base=somewhere"), "changes the part rater, which is not fitted"),
        ((*PARTS,), "--set rater.base=DIRECTORY"),
        ((*PARTS, "--set", "rater.candidates=0"), "candidates of the rater is 0"),
        ((*PARTS, "--set", "rater.bas=x"), "Did you mean 'base'?"),
    ],
)
def test_bad_settings(run: Run, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    code, out, err = run("train", "--catalog", shop(tmp_path), "--interactions", events(tmp_path), *words)
    assert (code, out) == (2, "")
    assert told in err


def test_plain_ids_have_no_texts(run: Run, tmp_path: Path) -> None:
    code, _, err = run("train", "--interactions", events(tmp_path), *PARTS, "--set", "rater.base=somewhere")
    assert code == 2
    assert "the items have no texts" in err
