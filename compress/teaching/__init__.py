"""What is shown first: the demo, and the figures of the lessons."""
