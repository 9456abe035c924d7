"""Pictures that matplotlib draws."""
