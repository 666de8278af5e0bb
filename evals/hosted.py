"""A chat model that works for the evaluation, not under it: it plays people or judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel

from ..agent.settings import OFFLINE
from ..tools.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Hosted:
    """Its name, and the address of its server if it has one of its own."""

    name: str
    """`provider:name`, such as `openai:gpt-5-mini`."""
    base_url: str | None = None

    def open(self) -> BaseChatModel:
        """The model. Raises SettingsError for a name, package or key that is missing."""
        if self.name == OFFLINE:
            raise SettingsError("The offline model neither plays nor judges.", cure="Name another: openai:gpt-5-mini.")
        from ..agent.hosted import open_model  # noqa: PLC0415 - loads a provider's client

        return open_model(self.name, base_url=self.base_url)

    def to_data(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Hosted | None:
        """What `to_data` wrote; None for nobody."""
        return cls(**data) if data else None
