"""One number for a whole message: a token costs its surprise, not whole bits."""
