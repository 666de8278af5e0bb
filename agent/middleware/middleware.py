"""`RecommenderMiddleware`: makes a recommender of any agent that `create_agent` builds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ExtendedModelResponse
from langchain_core.messages import AIMessage, SystemMessage
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command

from ...graphs.policies import Policies, check
from ...tools.calling import user_in
from ...tools.catalog import Catalog
from ...tools.plugin import make_tools
from ...tools.profile.describe import describe
from ...tools.profile.joint import memory_for
from ...tools.profile.memory import ProfileMemory
from ...tools.ranking import Ranker
from .answers import grounded
from .rules import house_rules

INSTRUCTIONS = (
    "You can recommend from a catalog. Look items up with the tools before you name any; name only items that a tool "
    "returned, with their exact titles and numbers. When the person says what they like, dislike or already have, "
    "record it. Answer in the language of the person."
)
Handler = Callable[[ModelRequest[Any]], ModelResponse[Any]]
AsyncHandler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


class RecommendingState(AgentState[Any]):
    """The agent's state, and what its newest answer recommends."""

    recommended: NotRequired[list[str]]
    """Ids of the items that the newest answer names."""


class RecommenderMiddleware(AgentMiddleware[RecommendingState, Any, Any]):
    """Adds catalog, ranking and memory tools, what is remembered of the person, grounding and the rules of the house.

        agent = create_agent("openai:gpt-5-mini", middleware=[RecommenderMiddleware(open_catalog("books"))],
                             context_schema=RecommenderContext)
        agent.invoke({"messages": [...]}, context=RecommenderContext(user_id="u1"))["recommended"]

    Sentences of the final answer that name a number, or in quotation marks, bold type or a list something that no
    tool, no message and no instruction has, are left out. The answer is checked when it is whole: tokens that are
    streamed before are the model's own.
    """

    state_schema = RecommendingState

    def __init__(
        self,
        catalog: Catalog,
        *,
        store: BaseStore | None = None,
        policies: Policies | None = None,
        ranker: Ranker | None = None,
    ) -> None:
        """Profiles live in `store`, in memory without one.

        Raises SettingsError for a rule about what the catalog does not have.
        """
        super().__init__()
        self._catalog = catalog
        self._policies = policies or Policies()
        check(self._policies, catalog.schema)
        self._memory = memory_for(ProfileMemory(store if store is not None else InMemoryStore()), catalog)
        rules = house_rules(self._policies, catalog)
        self.tools = make_tools(catalog, memory=self._memory, ranker=ranker, rules=rules)

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> Any:
        """The call with the instructions and what is remembered; a final answer grounded."""
        told = self._told(request)
        return self._grounded(told, handler(told))

    async def awrap_model_call(self, request: ModelRequest[Any], handler: AsyncHandler) -> Any:
        """The same."""
        told = self._told(request)
        return self._grounded(told, await handler(told))

    def _told(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        known = self._remembered(request)
        memory = "Remembered of the person:\n" + "\n".join(f"- {one}" for one in known) if known else ""
        parts = [request.system_message.text if request.system_message else "", INSTRUCTIONS, memory]
        return request.override(system_message=SystemMessage("\n\n".join(part for part in parts if part)))

    def _remembered(self, request: ModelRequest[Any]) -> list[str]:
        user = user_in(request.runtime.context) if request.runtime else None
        profile = self._memory.load(user) if user else None
        return list(describe(profile, {self._catalog.name: self._catalog.schema}, "en")) if profile else []

    def _grounded(self, request: ModelRequest[Any], response: ModelResponse[Any]) -> Any:
        answer = response.result[-1] if response.result else None
        if not isinstance(answer, AIMessage) or answer.tool_calls or response.structured_response is not None:
            return response
        instructions = request.system_message.text if request.system_message else ""
        said = grounded(answer.text, instructions, request.messages, self._catalog, self._policies)
        if said.text != answer.text:
            response.result[-1] = answer.model_copy(update={"content": said.text})
        return ExtendedModelResponse(response, Command(update={"recommended": list(said.named)}))
