"""What Prefect is told of the work, and what it may decide; nothing below knows of Prefect."""
