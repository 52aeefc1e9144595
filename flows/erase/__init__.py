"""Erasing an account: from the warehouse, the fact store and all output."""
