"""How does one turn flow? State, nodes, routing, prompts, policies, grounding."""
