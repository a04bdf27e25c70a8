"""The whole loop on the demonstration corpus, with a judge on this machine that answers from what was planted."""
