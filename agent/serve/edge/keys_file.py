"""The file of API keys: read at the start, refused with the number of the key that is wrong, never showing one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ....tools.errors import SettingsError
from ..identity import MOST_NAME, Caller, Key, Keys, digest_of

_SHORTEST = 16
_PLAIN = re.compile("[!-~](?:[ -~]*[!-~])?")
_CURE = 'Give a list of {"key": ..., "user": ...}, or an object of key to user.'
User = Annotated[str, Field(min_length=1, max_length=MOST_NAME, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _sendable(key: str) -> str:
    if not _PLAIN.fullmatch(key):
        raise ValueError("a key may hold printable ASCII only: clients send anything else in different ways")
    return key


class KeyEntry(BaseModel):
    """One key of the file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    user: User
    """Who asks, when the request names nobody else."""
    key: Annotated[str, Field(min_length=_SHORTEST, max_length=512), AfterValidator(_sendable)] | None = None
    """The key itself; either this or `key_sha256`."""
    key_sha256: Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")] | None = None
    """Its SHA-256 in hexadecimal, so that the file holds no secret."""
    users: Annotated[str, Field(max_length=MOST_NAME, pattern=r"^[^*]*\*$")] | None = None
    """Whom a request may name in the user header: `*` anybody, `shop-*` all that begin so. Nobody when not given."""
    expires: AwareDatetime | None = None
    """From when on the key is refused, with a time zone: `2027-01-01T00:00:00Z`."""
    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    """What the logs call it; its number when not given."""
    per_minute: Annotated[int, Field(ge=1)] | None = None
    """Requests a minute, where not those of the settings."""


def read_keys(path: Path | None) -> Keys:
    """The keys of a YAML or JSON file; none without a file. Raises SettingsError naming the file and the key."""
    if path is None:
        return Keys()
    keys = tuple(_key(path, number, entry) for number, entry in enumerate(_entries(path), start=1))
    if not keys:
        raise SettingsError(f"{path} holds no key.", cure=_CURE)
    return Keys(_distinct(path, keys))


def _entries(path: Path) -> list[Any]:
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}.", cure="Give the path of a keys file.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8.", cure="Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is no YAML or JSON{_where(error)}.", cure=_CURE) from None
    if isinstance(content, Mapping) and set(content) == {"keys"}:
        content = content["keys"]
    if isinstance(content, Mapping):
        return [{"key": key, "user": user} for key, user in content.items()]
    if not isinstance(content, list):
        raise SettingsError(f"{path} holds no list of keys.", cure=_CURE)
    return content


def _where(error: yaml.YAMLError) -> str:
    """The line, without its text, which may hold a key."""
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""


def _key(path: Path, number: int, entry: Any) -> Key:
    try:
        read = KeyEntry.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        named = "_".join(str(part) for part in first["loc"])
        field = f", {named}" if named in KeyEntry.model_fields else ""
        raise SettingsError(f"{path}, key {number}{field}: {first['msg']}.", cure=_CURE) from None
    if (read.key is None) == (read.key_sha256 is None):
        raise SettingsError(f"{path}, key {number}: one of `key` and `key_sha256` is needed.", cure=_CURE)
    digest = digest_of(read.key) if read.key is not None else bytes.fromhex(read.key_sha256 or "")
    caller = Caller(read.user, read.name or f"key {number}", read.users or "", read.per_minute)
    return Key(digest, caller, read.expires and read.expires.astimezone(UTC))


def _distinct(path: Path, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """The keys. Raises SettingsError when two are the same key or have the same name."""
    for number, key in enumerate(keys, start=1):
        for earlier, other in enumerate(keys[: number - 1], start=1):
            if key.digest == other.digest or key.caller.key == other.caller.key:
                what = "key" if key.digest == other.digest else "name"
                raise SettingsError(
                    f"{path}, key {number}: the {what} of key {earlier}.", cure="Leave one of them out."
                )
    return keys


def expired(key: Key, now: datetime) -> bool:
    """Whether it is refused at that moment."""
    return key.expires is not None and now >= key.expires
