"""Settings: environment variables that begin with `SHORTRUN_`; every one has a default.

`SHORTRUN_X_FILE` names a file that holds the value of `SHORTRUN_X`, as container platforms hand
out secrets.
"""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.errors import SetupError

if TYPE_CHECKING:
    from sqlalchemy import URL

PREFIX = "SHORTRUN_"
DEFAULT_DATABASE = "sqlite:///shortrun.db"

DEFAULT_PASSWORDS = frozenset(
    {"", "admin", "change-me", "changeme", "example", "password", "postgres", "secret", "shortrun"}
)
"""What people leave in place: the first things that anybody tries."""


class Settings(BaseSettings):
    """What an operator may set; see the table in the README."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    database_url: str = Field(default=DEFAULT_DATABASE, repr=False)
    database_password: SecretStr | None = None
    production: bool = False
    sandbox: bool = False
    migrate_at_start: bool = True
    worker_batch_styles: int = Field(default=300, ge=1, le=10_000)
    worker_poll_seconds: float = Field(default=0.2, ge=0.01, le=60)
    worker_lease_seconds: int = Field(default=120, ge=5, le=3600)
    forecast_paths: int = Field(default=512, ge=64, le=8192)
    request_threads: int = Field(default=8, ge=1, le=200)
    body_limit_bytes: int = Field(default=8 * 1024 * 1024, ge=1024)
    import_limit_bytes: int = Field(default=256 * 1024 * 1024, ge=1024)
    import_unpacked_limit_bytes: int = Field(default=1024 * 1024 * 1024, ge=1024)
    requests_per_minute: int = Field(default=60_000, ge=1)
    failed_keys_per_minute: int = Field(default=600, ge=1)
    delivery_retention_days: int = Field(default=30, ge=7, le=36_500)
    feed_retention_days: int | None = Field(default=None, ge=1, le=36_500)
    decision_retention_days: int = Field(default=180, ge=35, le=36_500)
    import_retention_days: int = Field(default=180, ge=1, le=36_500)
    backtest_retention_days: int = Field(default=180, ge=1, le=36_500)
    log_level: str = "INFO"

    @model_validator(mode="after")
    def _with_its_password(self) -> Self:
        """Put a password that came by itself into the URL."""
        if self.database_password is not None and not self.is_sqlite:
            secret = self.database_password.get_secret_value()
            self.database_url = _with_password(self.database_url, secret)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic names them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then the files that it names."""
        return (init_settings, env_settings, _FilesNamed(settings_cls))

    @classmethod
    def read(cls) -> Self:
        """Read the environment.

        Raises:
            SetupError: If a value is not usable; names the variable.
        """
        try:
            settings = cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
            raise SetupError(f"{name}: {first['msg']}") from None
        if settings.production:
            settings.refuse_defaults()
        return settings

    @cached_property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite, the default."""
        return self.database_url.startswith("sqlite")

    def refuse_defaults(self) -> None:
        """Refuse what is right on a desk and wrong where money depends on it.

        Raises:
            SetupError: Names the variable and says what to set instead.
        """
        if self.sandbox:
            raise SetupError("SHORTRUN_SANDBOX: no clock that callers set in production")
        if self.database_url == DEFAULT_DATABASE:
            raise SetupError("SHORTRUN_DATABASE_URL: say where the database is in production")
        if _password_of(self.database_url) in DEFAULT_PASSWORDS:
            raise SetupError(
                "SHORTRUN_DATABASE_URL: a default password is no password; set another"
            )


class _FilesNamed(PydanticBaseSettingsSource):
    """The source of values that lie in files: `SHORTRUN_X_FILE` names the file of `SHORTRUN_X`."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002  pydantic names it
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Return the content of the file named for a field, without its last line end."""
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(variable)
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text().rstrip("\r\n"), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(f"{variable}: cannot read {path}: {error}") from None

    def __call__(self) -> dict[str, Any]:
        """Return every value that a file was named for."""
        fields = self.settings_cls.model_fields
        found = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def _with_password(url: str, password: str) -> str:
    parsed = _parsed(url)
    if parsed is None:
        return url  # whoever opens the database says so
    return parsed.set(password=password).render_as_string(hide_password=False)


def _password_of(url: str) -> str | None:
    parsed = _parsed(url)
    return None if parsed is None or parsed.password is None else str(parsed.password).lower()


def _parsed(url: str) -> "URL | None":
    """Take an address apart; commands that open no database do without SQLAlchemy (0.5 s)."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        return None
