"""What is on the disk: the format, frames written and read, files whole or absent."""
