"""`curate classifier`: judge a sample, train on it, evaluate, and use the result in a recipe."""
