"""Orders: what the ERP says of them, and what credit answers."""
