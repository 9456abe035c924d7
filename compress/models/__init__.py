"""The assumed distribution Q: what a coder is built from, and what a zero in it means."""
