"""What the log of customer-svc says, shaped for its questions; one file each."""
