"""The one error of the command."""


class Fault(Exception):
    """The command cannot do its work; the message states what to change."""
