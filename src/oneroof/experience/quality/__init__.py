"""What is claimed of the figures, shown by simulation."""
