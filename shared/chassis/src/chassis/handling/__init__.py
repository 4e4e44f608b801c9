"""The write path: commands are decided in memory, written as one batch, and what cannot be handled is parked."""
