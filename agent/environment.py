"""Settings that are read from `RECOMMENDER_*` environment variables, once, at the edge."""

from __future__ import annotations

from typing import Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..tools.errors import SettingsError

PREFIX = "RECOMMENDER_"


class EnvironmentSettings(BaseSettings):
    """Frozen settings; a wrong variable is named."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    @classmethod
    def read(cls) -> Self:
        """The settings of the environment. Raises SettingsError naming the variable that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + "_".join(map(str, first["loc"])).upper()
            raise SettingsError(f"{name} is {first['input']!r}: {first['msg']}.", cure="Change or unset it.") from error


def words(listed: str) -> tuple[str, ...]:
    """The words of a list with commas between."""
    return tuple(one for one in (part.strip() for part in listed.split(",")) if one)
