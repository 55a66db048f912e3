"""Control is put on the ground, through time."""
