"""How fast the mechanism is, beside what the bare parts reach in the same run: ``python -m tests.bench`` from the repository's root."""
