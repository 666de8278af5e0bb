"""A chat window in a few lines of Gradio: `pip install gradio`, then run this file and open the address it prints."""

from collections.abc import Iterator
from uuid import uuid4

import gradio as gr
from langgraph_recommender.agent import create_recommender

recommender = create_recommender("products", warm=True)
threads: dict[str | None, str] = {}
"""The conversation of each browser tab."""


def answer(message: str, history: list[object], request: gr.Request) -> Iterator[str]:
    """The reply as it grows. What is said into an empty window begins a new conversation."""
    if not history:
        threads[request.session_hash] = uuid4().hex
    thread = {"configurable": {"thread_id": threads.setdefault(request.session_hash, uuid4().hex)}}
    said = ""
    for chunk, about in recommender.stream({"messages": [("user", message)]}, thread, stream_mode="messages"):
        if about["langgraph_node"] == "reply" and chunk.type == "AIMessageChunk":
            said += chunk.text
            yield said


examples = ["a laptop under 1500, any brand", "100美元以下的香水"]
chat = gr.ChatInterface(answer, title="What are you looking for?", examples=examples, cache_examples=False)
if __name__ == "__main__":
    chat.launch()
