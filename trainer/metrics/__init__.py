"""What a run tells of itself: one line a step, TensorBoard, a progress bar and one page. Imports no torch by itself."""
