"""The planner's rules: which levels come next, in which order, and what a class costs. Pure."""
