"""Complaints: what was promised, what was done, and where the cause lies."""
