"""What a DataLoader is made of: fetching, collating, pinning, and workers."""
