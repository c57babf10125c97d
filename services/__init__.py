"""The services of Pictor. The version below is the only one that is written by hand."""

__version__ = "0.2.0"
