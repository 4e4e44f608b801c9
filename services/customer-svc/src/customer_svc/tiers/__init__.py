"""Tiers: what a customer is worth, where a run ranks it, and the tier that it stands in."""
