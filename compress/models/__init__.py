"""Q that changes from token to token: what is believed next depends on what came before."""
