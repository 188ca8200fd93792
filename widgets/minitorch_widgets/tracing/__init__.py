"""What a block or a cell did, an operation at a time, forward and back."""
