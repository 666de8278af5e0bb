"""A language model of transformers with one number on top."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from ....errors import SettingsError
from .tokens import Marks


def transformers() -> Any:
    """The module. Raises SettingsError that names the extra when it is not installed."""
    try:
        return import_module("transformers")
    except ImportError as error:
        cure = "Install it: pip install 'langgraph-recommender[rater]'"
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
            pooled = said[torch.arange(len(said)), there.sum(dim=1) - 1]
        else:
            kept = there[:, :, None].to(said.dtype)
            pooled = (said * kept).sum(dim=1) / kept.sum(dim=1)
        return self.head(pooled)[:, 0]


def opened(base: str, seed: int) -> tuple[Network, Reader]:
    """A pretrained model with a new head. Raises SettingsError when there is none of that name or directory."""
    if not base:
        raise SettingsError("The rater has no language model.", cure="Set base to a directory or name of one.")
    module = transformers()
    try:
        tokenizer = module.AutoTokenizer.from_pretrained(base, use_fast=True)
        body = module.AutoModel.from_pretrained(base, dtype=torch.float32, use_safetensors=True)
    except (OSError, ValueError) as error:
        cure = "Give a directory with config.json, model.safetensors and tokenizer.json."
        raise SettingsError(f"{base} is no language model that can be loaded: {_line(error)}.", cure=cure) from error
    if body.config.is_encoder_decoder or not hasattr(tokenizer, "backend_tokenizer"):
        raise SettingsError(f"{base} is neither an encoder nor a causal model.", cure="Take BERT, GPT-2 or their like.")
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
