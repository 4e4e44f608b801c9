"""The read models of echo-svc."""
