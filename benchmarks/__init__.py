"""Speed and memory, measured on a generated corpus: ``make bench``."""
