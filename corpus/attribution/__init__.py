"""Who said what in a body: cues, candidates, their choice, and whom a mention means."""
