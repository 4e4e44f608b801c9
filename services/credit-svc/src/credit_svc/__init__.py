"""credit-svc: how much a customer may owe, what it owes, and how overdue money is pursued."""
