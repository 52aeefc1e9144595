"""Mutations: the core with one small error at a time, which its tests have to find (`make mutate`)."""
