"""Experiments: they return frozen records and print nothing."""
