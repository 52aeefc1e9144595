"""What follows from a tier: who looks after an account, for how many hours, and which actions are due."""
