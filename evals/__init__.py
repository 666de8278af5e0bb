"""How good is it? Suites, simulated users, metrics, benchmarks, reports."""
