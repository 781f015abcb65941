"""A generation on disk."""
