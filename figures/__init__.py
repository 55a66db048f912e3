"""Control is drawn."""
