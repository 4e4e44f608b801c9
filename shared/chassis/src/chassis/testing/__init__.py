"""Given / when / then for deciders, replay for read models, time that passes for a service under test."""

from chassis.testing.given import Given, given
from chassis.testing.replay import envelope, replay

__all__ = ["Given", "envelope", "given", "replay"]
