"""Opportunities: sales that may come."""
