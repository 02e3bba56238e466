"""Runs of loaders: what they have in common, and those that are the jobs of imports."""
