"""The version of the client: that of the services that it was generated for."""

VERSION = "0.2.0"
