"""Why an account has its tier, and what would move it: read from the published tables and put into words."""
