"""What a trained model is worth: bits per byte on held-out text, needles in haystacks, and export for harnesses."""
