"""What stands between the network and the routes: plain ASGI middlewares, one subject a file."""
