"""A class from the course to its close through the services that the screens use, in simulated time."""
