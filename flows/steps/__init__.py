"""The stages of a run: plain functions, each one stage with its reading and writing."""
