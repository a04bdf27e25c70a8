"""From a corpus to labels: a sample, what each document is asked, what the judge answered."""
