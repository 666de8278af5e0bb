"""Errors in the form that OpenAI's clients read: `{"error": {message, type, param, code}}` with the right status."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from ....tools.errors import RecommenderError
from ..problems import problem_of, retry_after
from ..wire import Problem

_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
_OWN, _INVALID = "server_error", "invalid_request_error"
_SHOWN = 3
"""Problems of one body that its error names."""


@dataclass
class ApiError(Exception):
    """What a client is told. `param` is the path of the field that is wrong, `code` what a program may test for."""

    status: int
    message: str
    param: str | None = None
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        kind = _TYPES.get(self.status, _OWN if self.status >= 500 else _INVALID)
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


def refused(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request that cannot be carried out as it is: status 400."""
    return ApiError(400, message, param, code)


class OpenAIRoute(APIRoute):
    """A route whose errors, also those of reading the body, have OpenAI's form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with its errors answered."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except ApiError as error:
                return _answer(error)
            except RequestValidationError as error:
                return _answer(_of_body(error.errors()))
            except (RecommenderError, HTTPException) as error:
                return _answer(told(problem_of(error, request), error))

        return handled


def told(problem: Problem, error: Exception | None = None) -> ApiError:
    """A problem of the server's own API as an error of this one."""
    message = f"{problem.detail} {problem.cure}".strip()
    return ApiError(problem.status, message, code=problem.code, headers=retry_after(error))


def _answer(error: ApiError) -> JSONResponse:
    return JSONResponse(error.as_json(), error.status, error.headers)


def _of_body(problems: Sequence[Any]) -> ApiError:
    """The first few problems in one message; the field is that of the first."""
    told = [f"{_path(one['loc']) or 'body'}: {one['msg']}" for one in problems[:_SHOWN]]
    first = problems[0]
    code = "invalid_json" if first["type"] == "json_invalid" else None
    return ApiError(400, "; ".join(told), _path(first["loc"]) or None, code)


def _path(place: Sequence[Any]) -> str:
    """`messages[0].content` of ("body", "messages", 0, "content"); what pydantic calls alternatives is left out."""
    path = ""
    for part in place[1:]:
        if "[" in str(part):
            break
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path
