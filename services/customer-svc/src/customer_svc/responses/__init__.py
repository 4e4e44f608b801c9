"""Response shapes of customer-svc, one file per noun."""
