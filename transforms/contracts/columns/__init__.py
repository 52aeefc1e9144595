"""Every column of every source and published table, each described once, by the area that it belongs to."""
