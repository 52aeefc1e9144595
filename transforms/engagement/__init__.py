"""What follows from a tier: who looks after an account, with which hours, and what is to be done for it."""
