"""The write path: commands are decided in memory and written as one batch; messages that cannot be handled are parked."""
