from services.kit.postgres.alembic_env import run
from services.similarity.tables import Base

run(Base.metadata)
