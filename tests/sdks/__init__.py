"""Our messages read, and facts written, with the CloudEvents SDKs of other languages."""
