"""The tools without our graph, and our graph as one node of yours."""

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph_recommender.agent import OfflineChatModel, create_recommender
from langgraph_recommender.tools import make_tools, open_catalog

catalog = open_catalog("products")

agent = create_agent(OfflineChatModel.for_catalog(catalog), make_tools(catalog))
answer = agent.invoke(
    {"messages": [HumanMessage("search the catalog for a perfume under 100")]}, {"recursion_limit": 12}
)
print("agent>", answer["messages"][-1].text)

parent = StateGraph(MessagesState)
parent.add_node("recommender", create_recommender(catalog, checkpointer=False))
parent.add_edge(START, "recommender")
parent.add_edge("recommender", END)
answer = parent.compile().invoke({"messages": [HumanMessage("sunglasses, please")]})
print("subgraph>", answer["messages"][-1].text)
