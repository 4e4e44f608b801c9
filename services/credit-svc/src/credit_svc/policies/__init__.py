"""The rule book of credit: every threshold is a field here, and its default is the rules page."""
