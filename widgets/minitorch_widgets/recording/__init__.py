"""What happened, as plain values: operations, writes and copies, and the lines of the student's code that did them."""
