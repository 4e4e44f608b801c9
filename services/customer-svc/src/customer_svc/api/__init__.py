"""The routes of customer-svc, one file per noun."""
