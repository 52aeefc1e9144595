"""What a run is asked to do: its options, waivers and knowledge cut-off, and the context of one of its months."""
