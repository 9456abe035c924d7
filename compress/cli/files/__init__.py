"""Commands for files: encode, decode, inspect, test."""
