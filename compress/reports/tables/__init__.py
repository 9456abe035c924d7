"""What each record looks like as words and tables."""
