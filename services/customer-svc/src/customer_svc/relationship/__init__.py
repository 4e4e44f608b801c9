"""How near a customer is to us: stage, nine-box, key account."""
