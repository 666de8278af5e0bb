"""Other people's recommenders, run in an environment of their own: nothing here is imported by the package."""
