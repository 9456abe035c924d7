"""Models that are learned: what training makes smaller is the size of a file."""
