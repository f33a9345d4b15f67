"""A city that has worked for a year, for trying the portal out: everybody in it is invented, and made by services."""
