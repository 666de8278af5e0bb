"""Opens a chat model by name, and says in plain words what is missing when it cannot."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from langchain_core.language_models import BaseChatModel

from ...tools.errors import SettingsError, did_you_mean
from ..settings import OFFLINE
from .patience import patient

_KEY, _BASE_URL = "OPENAI_API_KEY", "OPENAI_BASE_URL"
_NO_KEY_NEEDED = "none"
"""Sent to servers of one's own that ask for no key; OpenAI's client insists on one."""
_USE_OFFLINE = "or use the built-in model, which needs none: model='offline'."


def open_model(
    model: str | BaseChatModel,
    *,
    base_url: str | None = None,
    timeout_s: float = 30.0,
    max_retries: int = 2,
    max_tokens: int | None = 1_500,
    environ: Mapping[str, str] = os.environ,
    **settings: Any,
) -> BaseChatModel:
    """A chat model: `provider:name` as `init_chat_model` takes it, or a model as it is.

    `openai:` models honour OPENAI_BASE_URL, so that any OpenAI-compatible server works; with a base URL no key is
    needed. `timeout_s` holds for one request, of which there are at most `1 + max_retries`.
    Raises SettingsError for a name, package or key that is missing.
    """
    if isinstance(model, BaseChatModel):
        return model
    limits = {"timeout": timeout_s, "max_retries": max_retries, "max_tokens": max_tokens}
    return _open_hosted(model, {**limits, **_openai_settings(model, base_url, environ), **settings})


def _open_hosted(name: str, settings: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - loads a provider's client

    try:
        return patient(init_chat_model(name, **settings))
    except ImportError as error:
        raise SettingsError(
            f"Model {name!r}: {error}.", cure="Install that package, or use model='offline'."
        ) from error
    except ValueError as error:
        raise SettingsError(f"Unknown model {name!r}.", cure=_suggestion(name)) from error


def _openai_settings(name: str, base_url: str | None, environ: Mapping[str, str]) -> dict[str, Any]:
    """Address and key for `openai:` models; other providers read their own."""
    if not _is_openai(name):
        return {"base_url": base_url} if base_url else {}
    address, key = base_url or environ.get(_BASE_URL), environ.get(_KEY)
    if not key and not address:
        raise SettingsError(f"Model {name!r} needs a key.", cure=f"Set {_KEY}, {_USE_OFFLINE}")
    found = {"api_key": key or _NO_KEY_NEEDED}
    return {**found, "base_url": address} if address else found


def _is_openai(name: str) -> bool:
    provider, colon, _ = name.partition(":")
    return provider == "openai" if colon else name.startswith(("gpt-", "o1", "o3", "o4"))


def _suggestion(name: str) -> str:
    word = name.partition(":")[0]
    known = [OFFLINE, "openai", "anthropic", "google_genai", "mistralai", "ollama", "groq", "azure_openai"]
    return f"{did_you_mean(word, known)} Write provider:name, for example openai:gpt-5-mini, {_USE_OFFLINE}"
