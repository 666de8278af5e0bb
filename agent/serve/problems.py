"""Every error as a problem (RFC 9457): what happened, what to do about it, the request's id; never a stack trace."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ...tools.errors import FilterError, InputError, PictureError, RecommenderError, StoreError, UnknownItemError
from ..state.locks import ThreadBusy
from .carrying import NothingWaits
from .edge.content import TooMuch
from .errors import Busy, TurnTimeout, UnknownThread
from .wire import Problem

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)
_SHOWN, _MOST = 200, 20
_KNOWN: tuple[tuple[type[RecommenderError], int, str], ...] = (
    (UnknownThread, 404, "unknown_thread"),
    (UnknownItemError, 404, "unknown_item"),
    (NothingWaits, 409, "nothing_to_confirm"),
    (TurnTimeout, 504, "turn_timeout"),
    (FilterError, 422, "wrong_filter"),
    (PictureError, 422, "wrong_picture"),
    (TooMuch, 413, "too_much"),
    (ThreadBusy, 503, "busy"),
    (StoreError, 503, "store_unavailable"),
)


def problem_of(error: Exception, request: Request) -> Problem:
    """What a client is told of an error. What nobody foresaw is logged, and told without its words."""
    request_id = getattr(request.state, "request_id", "")
    for kind, status, code in _KNOWN:
        if isinstance(error, kind):
            return _problem(status, code, error.message, error.cure, request_id)
    if isinstance(error, Busy):
        return _problem(503 if error.closing else 429, "busy", error.message, error.cure, request_id)
    if isinstance(error, RequestValidationError):
        return _wrong_body(error, request_id)
    if isinstance(error, HTTPException):
        return _problem(error.status_code, _code(error.status_code), str(error.detail), "", request_id)
    _LOG.error("request %s failed", request_id, exc_info=error)
    cure = "Try again; the server's log knows more under this request_id."
    return _problem(500, "internal", "Something went wrong here.", cure, request_id)


def retry_after(error: Exception | None) -> dict[str, str]:
    """The header that says when to come again; nothing for what does not pass by itself."""
    if isinstance(error, Busy):
        return {"Retry-After": str(error.retry_after_s)}
    return {"Retry-After": "1"} if isinstance(error, ThreadBusy | StoreError) else {}


def answer_with_problems(app: FastAPI) -> None:
    """Every error of every route is answered as a problem."""

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error, request)
        headers = {**(getattr(error, "headers", None) or {}), **retry_after(error)}
        return Response(problem.model_dump_json(exclude_defaults=False), problem.status, headers, MEDIA_TYPE)

    for kind in (RequestValidationError, HTTPException, RecommenderError, InputError, Exception):
        app.add_exception_handler(kind, answer)


def _problem(status: int, code: str, detail: str, cure: str, request_id: str, **more: Any) -> Problem:
    return Problem(
        title=_title(status), status=status, code=code, detail=detail, cure=cure, request_id=request_id, **more
    )


def _wrong_body(error: RequestValidationError, request_id: str) -> Problem:
    errors = [_fault(one) for one in error.errors()[:_MOST]]
    detail = "; ".join(f"{'.'.join(one['loc']) or 'body'}: {one['msg']}" for one in errors[:3])
    return _problem(422, "wrong_input", detail, "Change the request as `errors` says.", request_id, errors=errors)


def _fault(one: Any) -> dict[str, Any]:
    """Where and why, without the input; adapters tell some in a sentence of their own."""
    if not isinstance(one, dict):
        return {"loc": ["body"], "msg": str(one)[:_SHOWN], "type": "value_error"}
    return {"loc": [str(part)[:_SHOWN] for part in one["loc"]], "msg": str(one["msg"])[:_SHOWN], "type": one["type"]}


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Problem"


def _code(status: int) -> str:
    return _title(status).casefold().replace(" ", "_")
