"""The ``standing`` command: all services on one machine, facts sent to them, and what came of it."""
