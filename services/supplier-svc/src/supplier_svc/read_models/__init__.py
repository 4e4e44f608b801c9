"""The read models of supplier-svc; every row belongs to one supplier, so to one partition."""
