"""How is a model asked? Typed answers with fallbacks, prompts, examples, a token budget, and what to believe."""
