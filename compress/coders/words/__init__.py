"""A word for each token: codes whose words are sent one after the other."""
