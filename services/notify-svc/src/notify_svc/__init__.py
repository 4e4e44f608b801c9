"""notify-svc: who is told what of a business partner, by which channel, and when."""
