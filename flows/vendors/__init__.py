"""Vendor kits in a project's files: written by `retier init --with`, taken over by `retier init --eject`."""
