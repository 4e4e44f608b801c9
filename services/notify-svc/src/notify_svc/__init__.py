"""notify-svc: who is notified of what about a business partner, by which channel, and when."""
