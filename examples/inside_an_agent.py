"""The recommender inside an agent of yours: as middleware, as one tool, as a node of your graph, or tool by tool."""

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph_recommender.agent import OfflineChatModel, RecommenderContext, create_recommender
from langgraph_recommender.agent.middleware import RecommenderMiddleware, recommender_tool
from langgraph_recommender.graphs.checkpointing import knowing_our_types
from langgraph_recommender.tools import make_tools, open_catalog

catalog = open_catalog("products")
model = OfflineChatModel.for_catalog(catalog)  # or any chat model with tool calls, as "openai:gpt-5-mini"

# Tools, memory of the person, rules of the house, and answers that name only what the tools found.
agent = create_agent(model, middleware=[RecommenderMiddleware(catalog)], context_schema=RecommenderContext)
answer = agent.invoke(
    {"messages": [HumanMessage("search the catalog for a perfume under 100")]},
    {"recursion_limit": 12},
    context=RecommenderContext(user_id="u1"),
)
print("middleware>", answer["messages"][-1].text, answer["recommended"])

# The whole conversation as one tool: it goes on from call to call of the same thread.
recommend = recommender_tool(create_recommender(catalog))
print("tool>", recommend.invoke({"message": "a laptop under 1500, any brand"}))

# The graph as a node of yours: with `checkpointer=True` its conversation lies in your threads, and goes on with them.
parent = StateGraph(MessagesState)
parent.add_node("recommender", create_recommender(catalog, checkpointer=True))
parent.add_edge(START, "recommender")
parent.add_edge("recommender", END)
graph = parent.compile(checkpointer=knowing_our_types(InMemorySaver()))  # so that your saver may read our state
for message in ("sunglasses, please", "cheaper"):
    answer = graph.invoke({"messages": [HumanMessage(message)]}, {"configurable": {"thread_id": "1"}})
    print("subgraph>", answer["messages"][-1].text)

# Single tools.
agent = create_agent(model, make_tools(catalog))
answer = agent.invoke({"messages": [HumanMessage("search the catalog for running shoes")]}, {"recursion_limit": 12})
print("tools>", answer["messages"][-1].text)
