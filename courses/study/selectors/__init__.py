"""What studying shows: the figures in force, and the hours."""
