"""Who said what, when, and what follows from it."""
