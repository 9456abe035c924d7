"""What each record looks like as JSON, and as rows of a data frame."""
