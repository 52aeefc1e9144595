"""What a project lacks, found before anything is run."""
