"""The published tiering criteria, generated from the policy: for colleagues with every number, for customers without."""
