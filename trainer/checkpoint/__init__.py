"""Checkpoints: saved behind training's back, in parts, and loaded onto any mesh. See `checkpoints.py`."""
