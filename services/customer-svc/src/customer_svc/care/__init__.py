"""Care: who grows, who fades, who is about to leave, and what is done about it."""
