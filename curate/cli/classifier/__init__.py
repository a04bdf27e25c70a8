"""`curate classifier`: judge a sample, train a model, evaluate it, use it."""
