"""Settings by technology: a service's `Settings` inherits the ones it uses, so a variable has one name everywhere."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.kit.http.limits import DEFAULT_UPLOAD_LIMIT, LARGEST_UPLOAD_LIMIT
from services.kit.public_url import PublicUrl

Secret = Annotated[SecretStr, Field(min_length=32)]
OptionalUrl = Annotated[str | None, BeforeValidator(lambda said: said or None)]
"""An address that may be absent; empty means the same, as containers are told it."""


class EnvironmentSettings(BaseSettings):
    """Read from `PICTOR_*`. What is refused is named, but not shown: it may be a secret, and errors are logged."""

    model_config = SettingsConfigDict(env_prefix="PICTOR_", extra="ignore", frozen=True, hide_input_in_errors=True)


class ServiceSettings(EnvironmentSettings):
    """Nothing secret has a default: a service without its secret does not start."""

    internal_secret: Secret = Field(description="Signs the tokens between services; the same for all of them.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    upload_limit: int = Field(
        default=DEFAULT_UPLOAD_LIMIT,
        ge=1,
        le=LARGEST_UPLOAD_LIMIT,
        description="Largest image file in bytes; the same for all of them.",
    )
    public_url: PublicUrl = Field(
        default="", description="How clients reach the gateway, such as https://example.org/pictor; the same for all."
    )


class PostgresSettings(EnvironmentSettings):
    database_url: SecretStr = Field(description="postgresql+asyncpg://user:password@host/database")
    database_pool: int = Field(default=10, ge=1, le=100, description="Connections at the most.")
    database_timeout_s: float = Field(
        default=30, gt=0, description="Longest statement, and longest wait for a connection."
    )
