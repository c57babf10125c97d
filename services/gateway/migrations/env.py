"""Run by alembic."""

from services.gateway.tables import Base
from services.kit.postgres.alembic_env import run

run(Base.metadata)
