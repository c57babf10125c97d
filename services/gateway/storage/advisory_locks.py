"""The advisory locks of the gateway's database."""

from services.kit.postgres.locks import AdvisoryLock


class GatewayLock(AdvisoryLock):
    REGISTRATION = 0x9C81
