"""What is judged on the way: sources, results, and the rows that are held back."""
