"""What a run is asked to do: options, waivers, the knowledge cut-off."""
