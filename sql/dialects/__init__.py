"""What differs between the databases: a module each for its SQL and frames, and one each for how it is opened."""
