"""What is done with class runs, sessions and enrolment. Import from the modules."""
