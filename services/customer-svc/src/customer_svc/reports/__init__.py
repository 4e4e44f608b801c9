"""Reports that are more than one question: what would have been under another policy."""
