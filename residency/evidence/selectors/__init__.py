"""What may be told of a person, how far it came, and who may see that."""
