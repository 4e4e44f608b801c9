"""The figures of the reports, as arithmetic."""
