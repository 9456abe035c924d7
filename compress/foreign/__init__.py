"""Coders that somebody else wrote, run in processes of their own."""
