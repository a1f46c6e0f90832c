"""Direct messages of X: the X Activity API and the older account activity."""
