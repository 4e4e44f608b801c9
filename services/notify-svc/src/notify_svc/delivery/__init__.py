"""Delivery: the courier sends what is due through the channels, each an adapter with a file of its own."""
