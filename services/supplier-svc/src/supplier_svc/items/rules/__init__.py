"""Pure arithmetic of an item's orders: apportioning, dividing by grades, splitting a quantity."""
