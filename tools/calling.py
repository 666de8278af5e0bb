"""What all LangChain tools of the package share: who is asking, idempotent keys, and errors a model may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

from langchain_core.tools import BaseTool, StructuredTool, ToolException
from langgraph.prebuilt import ToolRuntime
from pydantic import BaseModel

from .errors import FilterError, ToolInputError

P = ParamSpec("P")
R = TypeVar("R")
OUTSIDE: Any = None
"""The runtime of a tool that is called without a graph."""


def as_tool(
    function: Callable[..., Any],
    arguments: type[BaseModel],
    description: str,
    *,
    form: Literal["content", "content_and_artifact"] = "content",
) -> BaseTool:
    """A tool named after the function. What the model can correct comes back to it as text; bugs surface.

    The explicit schema keeps `runtime` away from the model while the graph still fills it in.
    """
    return StructuredTool.from_function(
        readable(function),
        name=function.__name__,
        description=description,
        args_schema=arguments,
        response_format=form,
        handle_tool_error=True,
    )


def readable(function: Callable[P, R]) -> Callable[P, R]:
    """Turns wrong arguments into ToolException, which LangChain returns to the model as a tool message."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (ToolInputError, FilterError) as error:
            raise ToolException(str(error)) from error

    return call


def user_of(user_id: str | None, runtime: ToolRuntime | None) -> str | None:
    """The user a tool acts for: the one it was made for, else `user_id` of the graph's context, else nobody."""
    return user_id if user_id or runtime is None else user_in(runtime.context)


def user_in(context: object) -> str | None:
    """`user_id` of a graph's context, be it an object or a dictionary."""
    found = context.get("user_id") if isinstance(context, Mapping) else getattr(context, "user_id", None)
    return found or None


def call_key(runtime: ToolRuntime | None, otherwise: str) -> str:
    """A key that is the same when the same tool call runs again after a crash, and different for any other call.

    Some servers number their calls anew in every answer, so the thread and the message that asked are part of it.
    """
    if runtime is None or not runtime.tool_call_id:
        return otherwise
    state = runtime.state
    messages = state.get("messages", ()) if isinstance(state, Mapping) else getattr(state, "messages", ())
    asked = messages[-1].id if messages else ""
    thread = runtime.config.get("configurable", {}).get("thread_id", "")
    return f"{thread}:{asked}:{runtime.tool_call_id}"
