"""The drawing is shown on a page for analysts."""
