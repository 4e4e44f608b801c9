"""The routes of supplier-svc, one module per noun."""
