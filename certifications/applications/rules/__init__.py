"""What judges an application, pure: periods of work, conditions as data, the decision, the form."""
