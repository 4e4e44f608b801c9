"""The channel: what distributors earn, and goods sold where they do not belong."""
