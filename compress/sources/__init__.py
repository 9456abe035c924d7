"""P: where tokens come from, drawn or recorded, and how bytes are cut into tokens."""
