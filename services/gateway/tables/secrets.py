"""By what a changed secret is noticed."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.tables.accounts import Base


class SecretCheckRow(Base):
    """A keyed digest of nothing: the same as long as the secret is, and of no use to learn it."""

    __tablename__ = "secret_checks"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[bytes]
