"""What is sent without being asked: alerts, digests, broadcasts, word of feeds."""
