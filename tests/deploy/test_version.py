"""One version: the client is released with the services that it was generated for."""

from pictor_client.version import VERSION
from services import __version__


def test_the_client_has_the_version_of_the_services() -> None:
    assert __version__ == VERSION
