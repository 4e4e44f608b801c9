"""Pure arithmetic of a supplier: what a fact records, and how grades in a row move."""
