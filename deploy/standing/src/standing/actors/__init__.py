"""The people of the demo's year: they decide, register, complain and promise. Facts of other systems are in ``standing.facts``."""

from standing.actors.action import Action, Clients

__all__ = ["Action", "Clients"]
