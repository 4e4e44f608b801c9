"""supplier-svc: the standing of suppliers."""
