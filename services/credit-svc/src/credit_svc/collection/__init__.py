"""How overdue money is pursued."""
