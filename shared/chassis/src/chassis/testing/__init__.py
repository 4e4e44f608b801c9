"""Test helpers: given / when / then for deciders, replay for read models, simulated time for a running service."""

from chassis.testing.given import Given, given, policy_book
from chassis.testing.replay import as_read, due_at, envelope, replay

__all__ = ["Given", "as_read", "due_at", "envelope", "given", "policy_book", "replay"]
