"""The routes of echo-svc."""
