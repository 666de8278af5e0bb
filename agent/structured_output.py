"""Chat models that run in this process: tools and a schema are bound, the answer is parsed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import BaseModel


class LocalChatModel(BaseChatModel):
    """A chat model that can be given tools and a schema to answer by."""

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with tools; `tool_choice` is `any`, a tool's name, `none` or None."""
        return self.bind(tools=[convert_to_openai_tool(one) for one in tools], tool_choice=tool_choice, **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: str = "json_schema",
        strict: bool | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """The model that answers in JSON by a schema; all values of `method` and `strict` come to the same here."""
        described = convert_to_json_schema(schema)
        bound = self.bind(
            response_format={"type": "json_schema", "json_schema": {"name": described["title"], "schema": described}},
            ls_structured_output_format={"kwargs": {"method": method}, "schema": described},
        )
        parser = _parser(schema)
        return _BesideRaw(bound, parser) if include_raw else bound | parser


class _BesideRaw(Runnable[LanguageModelInput, dict[str, Any]]):
    """LangChain's form: the message, its parsed value, and the error when there is none."""

    def __init__(self, bound: Runnable[LanguageModelInput, AIMessage], parser: BaseOutputParser[Any]) -> None:
        self._bound, self._parser = bound, parser

    def invoke(
        self,
        input: LanguageModelInput,
        config: RunnableConfig | None = None,
        **how: Any,
    ) -> dict[str, Any]:
        """To whoever traces, this is one call of the model."""
        raw = self._bound.invoke(input, config, **how)
        try:
            return {"raw": raw, "parsed": self._parser.parse(raw.text), "parsing_error": None}
        except OutputParserException as error:
            return {"raw": raw, "parsed": None, "parsing_error": error}


def _parser(schema: dict[str, Any] | type) -> BaseOutputParser[Any]:
    if isinstance(schema, type) and is_basemodel_subclass(schema):
        return PydanticOutputParser(pydantic_object=schema)
    return JsonOutputParser()
