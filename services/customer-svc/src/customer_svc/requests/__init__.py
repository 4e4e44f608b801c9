"""Request bodies of customer-svc, one file per noun, and which of the days they give must be plausible."""
