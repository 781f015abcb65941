"""From a corpus to the live generation."""
