"""`with_structured_output` for chat models that run in this process: the schema is bound, the answer is parsed."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
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
    if not include_raw:
        return bound | parser
    parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
    unparsed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=bound) | parsed.with_fallbacks([unparsed], exception_key="parsing_error")


def _parser(schema: dict[str, Any] | type) -> BaseOutputParser[Any]:
    if isinstance(schema, type) and is_basemodel_subclass(schema):
        return PydanticOutputParser(pydantic_object=schema)
    return JsonOutputParser()
