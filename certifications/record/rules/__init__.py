"""What the record works out: pure functions of what stands in the file."""
