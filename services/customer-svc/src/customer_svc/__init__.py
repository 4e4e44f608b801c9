"""customer-svc: orders, tiers and satisfaction of customers."""
