"""The drawing is sent out of the house."""
