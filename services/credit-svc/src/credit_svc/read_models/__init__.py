"""What credit-svc answers questions from."""
