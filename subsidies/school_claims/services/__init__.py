"""What a school and her people can do about claims for a class."""
