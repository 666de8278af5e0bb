"""`with_structured_output` for chat models that run in this process: the schema is bound, the answer is parsed."""

from __future__ import annotations

from functools import partial
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.utils.function_calling import convert_to_json_schema
from langchain_core.utils.pydantic import is_basemodel_subclass


def with_schema(
    model: BaseChatModel, schema: dict[str, Any] | type, *, include_raw: bool = False, method: str = "json_schema"
) -> Runnable[Any, Any]:
    """The model bound to answer in JSON by the schema, then parsed; every `method` asks in this one way."""
    described = convert_to_json_schema(schema)
    bound = model.bind(
        response_format={"type": "json_schema", "json_schema": {"name": described["title"], "schema": described}},
        ls_structured_output_format={"kwargs": {"method": method}, "schema": described},
    )
    parser = _parser(schema)
    return bound | (RunnableLambda(partial(_beside_raw, parser)) if include_raw else parser)


def _beside_raw(parser: BaseOutputParser[Any], raw: AIMessage) -> dict[str, Any]:
    """LangChain's form: the message, its parsed value, and the error when there is none."""
    try:
        return {"raw": raw, "parsed": parser.parse(raw.text), "parsing_error": None}
    except OutputParserException as error:
        return {"raw": raw, "parsed": None, "parsing_error": error}


def _parser(schema: dict[str, Any] | type) -> BaseOutputParser[Any]:
    if isinstance(schema, type) and is_basemodel_subclass(schema):
        return PydanticOutputParser(pydantic_object=schema)
    return JsonOutputParser()
