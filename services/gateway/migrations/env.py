"""Run by alembic."""

from services.gateway.models import Base
from services.kit.alembic_env import run

run(Base.metadata)
