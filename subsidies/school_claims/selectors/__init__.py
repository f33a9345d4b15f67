"""What a school may know of the people it claims for, and what they see of their schools."""
