"""customer-svc: files, orders, tiers, relationships, complaints and satisfaction of customers."""
