"""Settings: environment variables that begin with `SHORTRUN_`; every one has a default."""

from functools import cached_property
from typing import Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SetupError


class Settings(BaseSettings):
    """What an operator may set; see the table in the README."""

    model_config = SettingsConfigDict(env_prefix="SHORTRUN_", extra="ignore")

    database_url: str = "sqlite:///shortrun.db"
    sandbox: bool = False
    worker_batch_styles: int = Field(default=300, ge=1, le=10_000)
    worker_poll_seconds: float = Field(default=0.2, ge=0.01, le=60)
    worker_lease_seconds: int = Field(default=120, ge=5, le=3600)
    forecast_paths: int = Field(default=512, ge=64, le=8192)
    request_threads: int = Field(default=8, ge=1, le=200)
    body_limit_bytes: int = Field(default=8 * 1024 * 1024, ge=1024)
    requests_per_minute: int = Field(default=60_000, ge=1)
    failed_keys_per_minute: int = Field(default=600, ge=1)
    log_level: str = "INFO"

    @classmethod
    def read(cls) -> Self:
        """Read the environment.

        Raises:
            SetupError: If a value is not usable; names the variable.
        """
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = "SHORTRUN_" + "_".join(str(part) for part in first["loc"]).upper()
            raise SetupError(f"{name}: {first['msg']}") from None

    @cached_property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite, the default."""
        return self.database_url.startswith("sqlite")
