"""Support for tests: real Postgres, service apps in process, tokens."""
