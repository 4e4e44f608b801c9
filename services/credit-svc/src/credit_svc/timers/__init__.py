"""To-do lists: what is due for an account, on its day."""
