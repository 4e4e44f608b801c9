"""From the facts of a period to points, a score and a grade. Pure rules; every number comes from a policy."""
