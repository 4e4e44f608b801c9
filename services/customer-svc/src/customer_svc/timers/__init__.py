"""To-do lists: what is due when, and the commands that it then becomes. One file each."""
