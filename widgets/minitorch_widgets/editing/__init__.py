"""A number is changed in the picture, by the line of code that does it, and what follows from it is shown."""
