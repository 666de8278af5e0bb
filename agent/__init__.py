"""What do I plug in? `create_recommender`, settings, chat models, serving, command line."""
