"""The ways out: one module per channel, each answers with an outcome and never raises."""
