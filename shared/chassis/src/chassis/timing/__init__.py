"""Timers, effects and back-tests: what is due becomes a command or an effect."""
