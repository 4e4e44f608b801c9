"""What tells of persons: sealed with a key of each, opened by right, erased by destroying the key."""
