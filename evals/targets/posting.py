"""JSON over HTTP to an agent that is not trusted: bounded in time and size, retried only when that is safe."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Any

from ...tools.errors import AgentError

_MOST_BYTES = 8_000_000
_TRIES = 3
_WAIT_S = 0.2
"""Before the second try; twice as long before the third."""
_TRY_LATER = {429, 502, 503, 504}
_EXCERPT = 200


class Poster:
    """Sends requests to one address."""

    def __init__(self, headers: Mapping[str, str], timeout_s: float) -> None:
        import httpx  # noqa: PLC0415

        self._client = httpx.Client(headers=dict(headers), timeout=timeout_s, follow_redirects=False)
        self._timeout_s = timeout_s

    def post(self, url: str, body: Any, *, repeatable: bool) -> Any:
        """The JSON that comes back.

        Args:
            url: where to.
            body: JSON values.
            repeatable: whether the agent keeps nothing, so that a request that may have arrived can be sent again. One
                that cannot have arrived, or that the server asks to send later, is sent again in any case.

        Raises:
            AgentError: not reached, cut off, refused, too long, or no JSON.
        """
        return self._tried(lambda: self._exchange("POST", url, body), repeatable=repeatable)

    def get(self, url: str) -> Any:
        """The JSON at an address. Raises AgentError."""
        return self._tried(lambda: self._exchange("GET", url, None), repeatable=True)

    def _tried(self, send: Callable[[], Any], *, repeatable: bool) -> Any:
        for attempt in range(1, _TRIES + 1):
            try:
                return send()
            except _AgainError as error:
                if attempt == _TRIES or not (repeatable or error.never_arrived):
                    tries = f" ({attempt} tries)" if attempt > 1 else ""
                    raise AgentError(f"{error}{tries}.") from error
            sleep(_WAIT_S * attempt)
        raise AssertionError("the last try returns or raises")

    def _exchange(self, method: str, url: str, body: Any) -> Any:
        import httpx  # noqa: PLC0415

        try:
            with self._client.stream(method, url, json=body) as response:
                status, text = response.status_code, self._read(response.iter_bytes(), url)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _AgainError(f"{url} cannot be reached: {error}", never_arrived=True) from error
        except httpx.TimeoutException as error:
            raise AgentError(f"{url} did not answer within {self._timeout_s:g} s.") from error
        except httpx.HTTPError as error:
            raise _AgainError(f"{url} broke off: {error or type(error).__name__}") from error
        except (httpx.InvalidURL, ValueError) as error:
            raise AgentError(f"{url} is no address: {error}.") from error
        return _parsed(url, status, text)

    def _read(self, parts: Any, url: str) -> str:
        began, held = monotonic(), bytearray()
        for part in parts:
            held += part
            if len(held) > _MOST_BYTES:
                raise AgentError(f"{url} answered more than {_MOST_BYTES:,} bytes.")
            if monotonic() - began > self._timeout_s:
                raise AgentError(f"{url} did not finish its answer within {self._timeout_s:g} s.")
        return held.decode("utf-8", "replace")


class _AgainError(Exception):
    """A failure that another try may mend. `never_arrived` when the agent cannot have heard of the request."""

    def __init__(self, message: str, *, never_arrived: bool = False) -> None:
        super().__init__(message)
        self.never_arrived = never_arrived


def _parsed(url: str, status: int, text: str) -> Any:
    if status in _TRY_LATER:
        raise _AgainError(f"{url} answered {status}: {_brief(text)}", never_arrived=True)
    if status >= 500:
        raise _AgainError(f"{url} answered {status}: {_brief(text)}")
    if status >= 300:
        raise AgentError(f"{url} answered {status}: {_brief(text)}.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise AgentError(f"{url} answered no JSON: {_brief(text)}.") from None


def _brief(text: str) -> str:
    plain = " ".join(text.split())
    return (plain if len(plain) <= _EXCERPT else f"{plain[:_EXCERPT]}...") or "nothing"
