"""One file per format that claims come in."""
