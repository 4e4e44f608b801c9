"""The shapes of what is sent to customer-svc over HTTP, one file per noun."""
