"""Readers of claim files, one format each."""
