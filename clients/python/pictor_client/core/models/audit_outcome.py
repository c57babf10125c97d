from enum import StrEnum


class AuditOutcome(StrEnum):
    AUDIT_OUTCOME_DONE = "done"
    AUDIT_OUTCOME_REFUSED = "refused"

    def __str__(self) -> str:
        return str(self.value)
