"""What an officer may decide, what she sees of a claim, and what the rule says of it today."""
