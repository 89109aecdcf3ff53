"""What happens to the product when something beneath it fails, measured on the real server.

`python -m bench.survival` prints a line for each aim and ends non-zero if one is not met.
"""
