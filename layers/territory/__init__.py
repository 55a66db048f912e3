"""What is known of places, and a line that somebody drew, become ground by a named method."""
