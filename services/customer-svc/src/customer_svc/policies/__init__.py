"""The policies of customer-svc; the documents with their defaults."""
