"""Request bodies of customer-svc, one file per noun."""
