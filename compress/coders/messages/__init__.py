"""Coders that give a word to a group of tokens, or to a whole message."""
