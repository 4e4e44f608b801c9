"""Followers of the log: read models, the relay to the topic, their progress, and which replica leads which partition."""
