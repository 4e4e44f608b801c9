"""Records calls and their echoes."""
