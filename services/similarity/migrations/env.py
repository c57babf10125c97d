from services.kit.alembic_env import run
from services.similarity.models import Base

run(Base.metadata)
