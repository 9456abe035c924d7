"""Sweeps: one experiment over a grid of P, Q, coders and numbers of tokens."""
