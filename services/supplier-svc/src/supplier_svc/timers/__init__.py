"""The to-do lists of supplier-svc, one file each: a due row becomes a command."""
