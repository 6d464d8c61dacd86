"""Engines: each runs the same Plan and gives the same answer. No disk, no clock, no global."""
