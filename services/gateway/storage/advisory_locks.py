"""The advisory locks of the gateway's database."""

from services.kit.advisory_locks import AdvisoryLock


class GatewayLock(AdvisoryLock):
    REGISTRATION = 0x9C81
