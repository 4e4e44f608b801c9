"""What goes out over HTTP besides plain rows, one file a noun."""
