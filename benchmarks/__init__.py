"""What a user waits for, measured: one file for each question. ``python bench.py`` runs them."""
