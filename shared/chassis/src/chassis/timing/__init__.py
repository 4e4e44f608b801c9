"""What is due becomes a command or an effect; back-tests run beside."""
