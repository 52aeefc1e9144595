"""The published tiering criteria, generated from the policy: for colleagues and for customers."""
