"""Given / when / then for deciders, replay for read models, and fixtures that start real parts."""

from chassis.testing.given import Given, given
from chassis.testing.replay import envelope, replay

__all__ = ["Given", "envelope", "given", "replay"]
