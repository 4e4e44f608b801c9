"""Reports, pages and explanations out of several read models; the arithmetic is in ``figures``."""
