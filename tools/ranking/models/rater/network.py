"""A language model of transformers with one number on top."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from ....errors import SettingsError
from .config import RaterConfig
from .tokens import Marks

_MARKS = 16
"""Tokens at most of the words between the parts of what is read."""


def transformers() -> Any:
    """The module. Raises SettingsError that names the extra when it is not installed."""
    try:
        return import_module("transformers")
    except ImportError as error:
        cure = "Install it: pip install 'langgraph-recommender[rater]'."
        raise SettingsError("The rater needs transformers, which is not installed.", cure=cure) from error


@dataclass(frozen=True, slots=True)
class Reader:
    """How a language model is fed: as JSON it is kept with the weights."""

    model: Mapping[str, Any]
    """The configuration of transformers."""
    tokenizer: str
    """The tokenizer as JSON of the library tokenizers."""
    first: int | None
    last: int | None
    filling: int

    @property
    def causal(self) -> bool:
        """Without a first token of its own a model reads from left to right: its last token has read everything."""
        return self.first is None

    def tokens(self) -> tuple[Tokenizer, Marks]:
        """The tokenizer, without the padding that it may have been kept with, and the marks."""
        found = Tokenizer.from_str(self.tokenizer)
        found.no_padding()
        found.no_truncation()
        return found, Marks.of(found, self.first, self.last)

    def network(self) -> Network:
        """With random weights."""
        module, plain = transformers(), dict(self.model)
        return Network(module.AutoModel.from_config(module.AutoConfig.for_model(**plain)), causal=self.causal)


class Network(nn.Module):
    """The mean of what an encoder says of all tokens, or what a causal model says of the last one, to a number."""

    def __init__(self, body: Any, *, causal: bool) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(body.config.hidden_size, 1)
        self._causal = causal

    def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
        """Tokens (k, t) and which of them are there (k, t) to ratings (k,)."""
        said = self.body(input_ids=tokens, attention_mask=there).last_hidden_state
        if self._causal:
            pooled = said[torch.arange(len(said), device=said.device), there.sum(dim=1) - 1]
        else:
            kept = there[:, :, None].to(said.dtype)
            pooled = (said * kept).sum(dim=1) / kept.sum(dim=1)
        return self.head(pooled)[:, 0]

    def read(self, tokens: np.ndarray, there: np.ndarray) -> Tensor:
        """The same from arrays, on the device where the weights are."""
        device = self.head.weight.device
        return self(torch.from_numpy(tokens).to(device), torch.from_numpy(there).to(device))


def check(config: RaterConfig) -> None:
    """Raises SettingsError for a config that the rater cannot be fitted with, before anything else is fitted."""
    counts = ("history", "candidates", "choices", "events", "epochs", "batch")
    wrong = next((name for name in counts if getattr(config, name) < 1), None)
    if wrong:
        raise SettingsError(f"The setting {wrong} of the rater is {getattr(config, wrong)}.", cure="It is at least 1.")
    found, _ = _named(config.base)
    longest = 2 * config.history * (config.item_tokens + 2) + config.item_tokens + _MARKS
    most = getattr(found, "max_position_embeddings", None) or longest
    if longest > most:
        cure = "Lower rater.history or rater.item_tokens."
        message = (
            f"{config.base} reads {most} tokens, and {config.history} likes and as many dislikes may be {longest}."
        )
        raise SettingsError(message, cure=cure)


def _named(base: str) -> tuple[Any, Any]:
    """Configuration and tokenizer of a model. Raises SettingsError when there is none, or it is of another kind."""
    if not base:
        cure = "Set base to a directory or name of one, as --set rater.base=DIRECTORY."
        raise SettingsError("The rater has no language model.", cure=cure)
    module = transformers()
    with _loading(base):
        config = module.AutoConfig.from_pretrained(base)
        tokenizer = module.AutoTokenizer.from_pretrained(base, use_fast=True)
    if config.is_encoder_decoder or not hasattr(tokenizer, "backend_tokenizer"):
        raise SettingsError(f"{base} is neither an encoder nor a causal model.", cure="Take BERT, GPT-2 or their like.")
    return config, tokenizer


@contextmanager
def _loading(base: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        cure = "Give a directory with config.json, model.safetensors and tokenizer.json."
        raise SettingsError(f"{base} is no language model that can be loaded: {_line(error)}.", cure=cure) from error


def opened(base: str, seed: int) -> tuple[Network, Reader]:
    """A pretrained model with a new head. Raises SettingsError when there is none of that name or directory."""
    _, tokenizer = _named(base)
    with _loading(base):
        body = transformers().AutoModel.from_pretrained(base, dtype=torch.float32, use_safetensors=True)
    reader = Reader(
        json.loads(body.config.to_json_string(use_diff=False)),
        tokenizer.backend_tokenizer.to_str(),
        tokenizer.cls_token_id,
        None if tokenizer.cls_token_id is None else tokenizer.sep_token_id,
        tokenizer.pad_token_id or 0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(body, causal=reader.causal), reader


def as_tensors(network: Network) -> dict[str, np.ndarray]:
    """Weights by name, float32."""
    return {name: value.detach().cpu().float().numpy() for name, value in network.state_dict().items()}


def load(network: Network, tensors: Mapping[str, np.ndarray]) -> Network:
    """The network with those weights, for reading. Raises RuntimeError for weights of another one."""
    network.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in tensors.items()})
    return network.eval()


def _line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
