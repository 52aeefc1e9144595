"""The pure core: what the product knows about customers, without I/O, clock or environment."""
