"""One thing is broken, and `retier run` says so and publishes nothing."""
