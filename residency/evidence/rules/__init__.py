"""Pure rules: what a receiver needs, how lines become facts, and the form in which they are signed and checked."""
