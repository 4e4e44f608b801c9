"""The one error of the command."""


class Fault(Exception):
    """The command cannot do what it was asked; the message says what to change."""
