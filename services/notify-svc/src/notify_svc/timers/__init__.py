"""To-do lists of what is due: deliveries, leases, escalations and digests, one a module."""
