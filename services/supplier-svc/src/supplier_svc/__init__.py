"""supplier-svc: the standing of suppliers, from onboarding to the last delivery."""
