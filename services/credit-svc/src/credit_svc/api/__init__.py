"""Routes of credit-svc; one module per noun."""
