"""What is owed: the ledger of one customer in one currency, and what it costs to be late."""
