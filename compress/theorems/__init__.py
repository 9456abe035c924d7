"""Theorems as experiments: each is a function that measures what it states."""
