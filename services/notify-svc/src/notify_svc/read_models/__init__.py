"""The log shaped for questions, one read model a module."""
