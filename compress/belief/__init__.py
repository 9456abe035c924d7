"""What is believed, as one noun: one Q for all tokens, a chain, or a recipe by which Q is made as the tokens come."""
