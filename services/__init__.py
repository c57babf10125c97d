"""The services of Pictor. The version is written here, and the same in the client: tests/contract/test_version.py."""

__version__ = "0.2.0"
