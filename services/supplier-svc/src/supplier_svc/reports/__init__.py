"""Answers that take more than a row: relationship, quality rates, scorecards, back-tests."""
