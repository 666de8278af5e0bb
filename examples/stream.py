"""Tokens, tool progress and structured items, as they come."""

from langgraph_recommender.agent import create_recommender

recommender = create_recommender("restaurants_zh")
thread = {"configurable": {"thread_id": "stream"}}
asked = {"messages": [("user", "人均100以内的烤鸭店")]}
for mode, part in recommender.stream(asked, thread, stream_mode=["messages", "custom"]):
    if mode == "messages":
        print(part[0].text, end="", flush=True)
    elif part["event"] in ("tool", "item"):
        print(f"[{part['event']}: {part.get('name') or part.get('title')}]")
print()
