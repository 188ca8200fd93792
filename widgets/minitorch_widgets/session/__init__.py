"""The conversation with the views: in a cell, in the docked panel, after every cell, and saved as one file."""
