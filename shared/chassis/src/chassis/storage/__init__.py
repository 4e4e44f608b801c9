"""The log and where it is stored: append, read, the fence that stops writing, and the signals that say it has grown."""
