"""The web chat: a page without a build step, and what it needs to know of the catalog."""
