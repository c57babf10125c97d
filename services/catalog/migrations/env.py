from services.catalog.models import Base
from services.kit.alembic_env import run

run(Base.metadata)
