"""The policies of customer-svc; the defaults are the rules page (domain/customer.md)."""
