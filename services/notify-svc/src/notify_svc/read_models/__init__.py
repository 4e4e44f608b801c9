"""What the log says, shaped for questions: one file each."""
