"""Texts that people wrote are rendered in a process of their own, which can be ended."""
