"""The recommender inside your own program: one thread, one person, two turns."""

from langgraph_recommender.agent import RecommenderContext, create_recommender

recommender = create_recommender("products")
thread = {"configurable": {"thread_id": "demo"}}
person = RecommenderContext(user_id="ada")

for words in ("a laptop under 1500, any brand", "which one is the cheapest?"):
    turn = recommender.invoke({"messages": [("user", words)]}, thread, context=person)["turn"]
    print("you>", words)
    print("recommender>", turn.reply)
    for one in turn.recommendations:
        print("   ", one.item_id, one.title, "|", "; ".join(one.reasons))
