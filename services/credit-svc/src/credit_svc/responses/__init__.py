"""What goes out over HTTP where it is more than a row; one module per noun."""
