"""Keeps a run going through faults: starts its ranks, watches them, starts them anew, and accounts for lost time.

It imports no torch, so that it is there at once and cannot be hung by what hangs the ranks.
"""
