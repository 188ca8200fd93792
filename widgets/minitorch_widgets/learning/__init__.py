"""Questions and lessons: pages with acts to perform, predictions with diagnosed answers, and their journal."""
