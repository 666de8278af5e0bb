"""The recommender as LangChain tools, for any agent: search, rank, explain, compare, remember, forget.

    catalog = open_catalog("books")
    tools = make_tools(catalog, memory=ProfileMemory(store))
    agent = create_agent("openai:gpt-5-mini", tools, context_schema=RecommenderContext)
    agent.invoke({"messages": [("user", "Something like Dune?")]}, context=RecommenderContext(user_id="u1"))

Who is asking comes from `user_id` of `make_tools`, else from `user_id` of the context (an object or a dictionary), and
never from the model. Without a user id nothing is remembered. Writing tools are idempotent: a call that runs again
after a crash writes once.

Tools that give items return text for the model and, as the message's artifact, a list of `Candidate` for your code.
Wrong arguments come back to the model as text; bugs surface.

Tools of your own join the graph with `create_recommender(..., tools=[add_to_cart])`. One that should only run after the
person has agreed says so in its metadata: `add_to_cart.metadata = {"confirm": True}`; the graph then interrupts before
the call and goes on when it is resumed with the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime

from .catalog import Catalog
from .catalog.tools import catalog_tools
from .profile.fade import faded, signals
from .profile.joint import memory_for
from .profile.memory import ProfileMemory
from .profile.model import Preference, UserProfile
from .profile.tools import ProfileTools
from .ranking import Ranker, Signal, build_ranker
from .ranking.explaining import explain_tool
from .ranking.tools import rank_tool
from .standing import Standing

Rules = Callable[[UserProfile | None, ToolRuntime | None], Standing]
"""What stands for a person of that profile (None: not known) in that call."""


def make_tools(
    catalog: Catalog,
    *,
    memory: ProfileMemory | None = None,
    ranker: Ranker | None = None,
    user_id: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    rules: Rules = lambda profile, runtime: Standing(),  # noqa: ARG005 - no rules of the house
) -> list[BaseTool]:
    """Eleven tools: search_catalog, item_details, compare_items, rank_items, explain_item, recall_profile,
    remember_preference, record_feedback, forget_statement, forget_everything, export_profile.

    Without a `ranker` the mixture for the catalog is built at the first ranking. Lasting constraints of the person
    ("never show me horror") hold in every search and ranking, and so does what `rules` gives for the profile of the
    person and the call.
    """
    personal = ProfileTools(catalog, memory_for(memory, catalog) if memory else None, user_id, clock)

    def standing(runtime: ToolRuntime | None) -> Standing:
        profile = personal.profile(runtime)
        kept = profile.constraints if profile else []
        lasting = tuple(one.constraint for one in kept if one.catalog in ("", catalog.name))
        return Standing(lasting).beside(rules(profile, runtime))

    def taste(runtime: ToolRuntime | None) -> tuple[Sequence[Signal], Sequence[Preference]]:
        profile = personal.profile(runtime)
        now = clock()
        return (signals(profile, catalog.name, now), faded(profile, now)) if profile else ((), ())

    @lru_cache(maxsize=1)
    def chosen() -> Ranker:
        return ranker or build_ranker(catalog)

    return [
        *catalog_tools(catalog, standing=standing),
        rank_tool(catalog, chosen, standing=standing, taste=taste),
        explain_tool(catalog, chosen, standing=standing, taste=taste),
        *personal.all(),
    ]
