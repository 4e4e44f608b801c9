"""Errors of the mechanism, as sentences."""


class UsageError(Exception):
    """The deployment is set up in a way that cannot work; the message says what to change."""


class ConcurrentWrite(Exception):
    """Somebody else wrote to the same stream, command or inbox first; load again and decide again."""


class Overloaded(Exception):
    """More commands wait than may wait; come back later."""


class WallClockError(UsageError):
    """Time was to be moved in a service that follows the wall clock."""


class NotYetVisible(Exception):
    """What was written is safe, but the read models have not reached it in time."""
