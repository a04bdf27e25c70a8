"""Copies out: by URL, by sketch, by line. What is computed here is decided in the recipe."""
