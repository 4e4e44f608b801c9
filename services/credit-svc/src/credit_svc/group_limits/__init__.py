"""Limits of a group of companies, or of all customers together: the stream ``cap-{cap_id}``."""
