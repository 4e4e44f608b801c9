"""The rule book of credit: every threshold is a field, and its default is that of the rules page."""
