"""The hot loops of the coders; `compress.kernel` tells how they are written and compiled."""
