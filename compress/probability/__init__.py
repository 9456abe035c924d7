"""What a distribution is: measures of information, families, exact weights, and Q as whole numbers."""
