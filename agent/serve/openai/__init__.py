"""The API of OpenAI, as its clients and chat front ends speak it, over the turns of the server."""
