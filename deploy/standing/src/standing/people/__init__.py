"""What people do in the demo's year: decide, register, complain, promise; facts of other systems are in ``standing.facts``."""

from standing.people.action import Action, Clients

__all__ = ["Action", "Clients"]
