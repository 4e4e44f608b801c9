"""Orders: what waits, what is approved, and the check."""
