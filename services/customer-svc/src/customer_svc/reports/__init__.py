"""Reports: questions over several read models, explanations, and the back-test of a policy."""
