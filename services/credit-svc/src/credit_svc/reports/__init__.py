"""The reports as questions to the read models; the arithmetic is in ``figures``."""
