"""Customer files: who a customer is, whose it is, who may see it, which ids it has, and what credit-svc thinks of it."""
