"""What the classifier is told by its environment."""

import re
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, model_validator

from services.kit.settings import Secret, ServiceSettings
from services.protocol.decode_settings import DecodeSettings
from services.vision.engines.port import RemoteModel


class Settings(ServiceSettings, DecodeSettings):
    """Read from `PICTOR_*`. `PICTOR_AUTH=token` and `none` are for a classifier alone: docs/inference.md."""

    model_package: Path = Field(description="Folder of the model package; may come into being later.")
    engine: Literal["auto", "openvino", "tensorflow", "remote"] = "auto"
    precision: Literal["auto", "fp32", "bf16", "int8"] = "auto"
    remote_url: HttpUrl | None = Field(
        default=None, description="With engine=remote: a server of the Open Inference Protocol v2, without /v2."
    )
    remote_model: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9_.-]{1,256}$", description="Its name there; by default the package's."
    )
    remote_token: SecretStr | None = Field(default=None, description="Sent there as bearer token.")
    auth: Literal["internal", "token", "none"] = "internal"
    auth_token: Annotated[Secret | None, BeforeValidator(lambda said: said or None)] = Field(
        default=None, description="With auth=token: what clients send as bearer token."
    )
    inference_max_batch: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="Most images that the engine runs at once; by default what was measured to be best for it.",
    )
    inference_max_queue: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Most images that wait, and most of one request; two batches for each worker by default.",
    )
    inference_max_delay_s: float = Field(
        default=0,
        ge=0,
        le=1,
        description="How long an image waits for company while the engine is idle.",
    )
    inference_deadline_s: float = Field(
        default=5,
        gt=0,
        le=60,
        description="From being queued to the answer, where somebody waits for it; what is late is not computed.",
    )
    ingest_deadline_s: float = Field(
        default=20, gt=0, le=300, description="The same for each image of a request that nobody waits for."
    )

    @model_validator(mode="before")
    @classmethod
    def _need_no_secret_alone(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("auth") in {"token", "none"} and not values.get("internal_secret"):
            return {**values, "internal_secret": token_urlsafe(32)}  # known to nobody, used for nothing
        return values

    @model_validator(mode="after")
    def _know_the_token(self) -> Self:
        if (self.auth == "token") != (self.auth_token is not None):
            raise ValueError("auth=token and auth_token belong together: give it the output of openssl rand -hex 32")
        if self.auth_token is not None and not re.fullmatch(r"[!-~]+", self.auth_token.get_secret_value()):
            raise ValueError("auth_token goes into a header: it has letters, digits and punctuation of ASCII only")
        return self

    @model_validator(mode="after")
    def _hold_a_batch(self) -> Self:
        if self.inference_max_queue is not None and self.inference_max_queue < (self.inference_max_batch or 1):
            raise ValueError("inference_max_queue must hold at least one batch (inference_max_batch)")
        return self

    @model_validator(mode="after")
    def _know_the_remote(self) -> Self:
        if (self.engine == "remote") != (self.remote_url is not None):
            raise ValueError("engine=remote and remote_url belong together")
        if self.remote_url is not None and (self.remote_url.username or self.remote_url.password):
            raise ValueError("remote_url is logged: give what it needs to know as remote_token")
        return self

    @property
    def remote(self) -> RemoteModel | None:
        """Where the remote engine finds its model. No call outlasts the deadline of what waits for it."""
        if self.remote_url is None:
            return None
        return RemoteModel(
            url=str(self.remote_url).rstrip("/"),
            name=self.remote_model,
            token=None if self.remote_token is None else self.remote_token.get_secret_value(),
            timeout_s=max(self.inference_deadline_s, self.ingest_deadline_s),
        )
