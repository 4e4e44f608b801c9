"""The routes of notify-svc, one module per noun."""
