"""The mechanism of Standing. It knows no business word."""
