"""Whatever kills a process, or the database under it, nothing that was published is lost or half there."""
