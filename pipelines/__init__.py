"""How documents flow: the phases of a run, on Beam. `run.py` is the table of contents."""
