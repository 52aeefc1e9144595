"""The command line: one small module per command, each of which imports its machinery only when it runs."""
