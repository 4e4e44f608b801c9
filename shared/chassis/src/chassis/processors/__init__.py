"""What follows the log: read models, the relay to the topic, how far each is, and who leads which partition."""
