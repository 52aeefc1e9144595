"""Erases an account: from the warehouse, the fact store and what was written for people."""
