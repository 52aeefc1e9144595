"""What a project lacks, before anything is run."""
