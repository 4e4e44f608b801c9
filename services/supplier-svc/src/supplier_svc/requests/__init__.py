"""What comes in over HTTP: bodies and parameters, checked by field and rule."""
