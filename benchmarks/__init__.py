"""Races against other engines; figures, not tests. See README.md beside this file."""
