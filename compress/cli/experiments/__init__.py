"""Commands that draw tokens, or say how many to draw."""
