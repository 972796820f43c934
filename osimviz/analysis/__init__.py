"""Analysis of recordings: pure functions on arrays and recordings. NumPy only."""
