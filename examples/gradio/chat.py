"""A chat window in a few lines of Gradio: `pip install gradio`, then run this file and open the address it prints."""

from collections.abc import Iterator

import gradio as gr
from langgraph_recommender.agent import create_recommender

recommender = create_recommender("products", warm=True)


def answer(message: str, history: list[object], request: gr.Request) -> Iterator[str]:  # noqa: ARG001
    """The reply as it grows; one conversation per browser tab."""
    thread = {"configurable": {"thread_id": request.session_hash}}
    said = ""
    for chunk, about in recommender.stream({"messages": [("user", message)]}, thread, stream_mode="messages"):
        if about["langgraph_node"] == "reply" and chunk.type == "AIMessageChunk":
            said += chunk.text
            yield said


examples = ["a laptop under 1500, any brand", "100美元以下的香水"]
chat = gr.ChatInterface(answer, title="What are you looking for?", examples=examples, cache_examples=False)
if __name__ == "__main__":
    chat.launch()
