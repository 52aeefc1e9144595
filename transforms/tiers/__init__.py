"""From scores to tiers: the pure step from the published state of one month to the tiers of the next."""

from transforms.tiers.step import step

__all__ = ["step"]
