"""What somebody else's coder gives back, and what it costs."""
