"""Models by name, licence and digest: those others published, and those built here."""
