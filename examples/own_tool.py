"""A tool of your own: called when the person asks for it, after a yes."""

from langchain_core.tools import tool
from langgraph.types import Command
from langgraph_recommender.agent import create_recommender

cart: list[tuple[str, int]] = []


@tool
def add_to_cart(item_id: str, quantity: int = 1) -> str:
    """Add an item to the shopping cart. 把商品加入购物车。"""
    cart.append((item_id, quantity))
    return f"Added {quantity} to your cart."


add_to_cart.metadata = {"confirm": True}

recommender = create_recommender("products", tools=[add_to_cart])
thread = {"configurable": {"thread_id": "shopping"}}
recommender.invoke({"messages": [("user", "running shoes for men")]}, thread)
asked = recommender.invoke({"messages": [("user", "add the second one to my cart")]}, thread)
print("recommender>", asked["__interrupt__"][0].value["message"])
done = recommender.invoke(Command(resume="yes"), thread)
print("recommender>", done["turn"].reply)
print("cart:", cart)
