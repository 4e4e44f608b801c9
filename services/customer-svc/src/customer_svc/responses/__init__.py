"""The shapes of what customer-svc answers over HTTP, one file per noun."""
