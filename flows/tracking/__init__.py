"""What Prefect tracks and may decide; only these modules and flows/orchestration.py know Prefect."""
