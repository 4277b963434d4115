"""Settings from the environment, typed, with defaults for the embedded machine. What is missing or wrong fails at start.

Two ways to run. *Embedded* (bin/run): keys and the SQLite database are kept in the folder CRM_DATA. *Hosted*: DATABASE_URL
without CRM_DATA; the disk is not kept there, so the keys have to come from the environment.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT = Path(__file__).resolve().parent.parent

# interaction-management-api.md, "Rate Limiting": the default rates.
RATE_LIMITS = {"anonymous": 30, "user": 300, "search": 60, "auth": 10}


class ConfigError(Exception):
    """A setting is missing or wrong. The message names it and says what to do."""


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    secret_key: str
    jwt_private_key: str
    data_dir: Path | None  # where embedded data is kept; None when hosted
    trusted_proxies: int  # how many hops in front are ours: the client's address is taken from beyond them
    secure_cookies: bool  # on where the browser speaks HTTPS
    ratelimit_enabled: bool
    rate_limits: Mapping[str, int]  # requests a minute, by what they count as (crm/api/limits.py)
    base_url: str  # where people reach the application: links in mails are made of it, never of a request's Host
    mail_url: str | None  # smtp://user:password@host:port, or smtps://…; None: mails are files in data_dir
    mail_from: str
    hasher: PasswordHasher = field(default_factory=PasswordHasher)  # Argon2id, with the library's recommended costs

    @property
    def jwt_public_key(self) -> str:
        private = serialization.load_pem_private_key(self.jwt_private_key.encode(), password=None)
        public = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return public.decode()


def from_environment(env: Mapping[str, str] = os.environ) -> Settings:
    """Reads DATABASE_URL, REDIS_URL, CRM_DATA, SECRET_KEY, JWT_PRIVATE_KEY, TRUSTED_PROXIES, SECURE_COOKIES,
    RATELIMIT_ENABLED, RATELIMIT_ANONYMOUS, RATELIMIT_USER, RATELIMIT_SEARCH, RATELIMIT_AUTH, BASE_URL, PORT, MAIL_URL and
    MAIL_FROM.

    Raises ConfigError.
    """
    data_dir = None
    if "CRM_DATA" in env or "DATABASE_URL" not in env:
        data_dir = Path(env.get("CRM_DATA") or ROOT / "var").resolve()
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Settings(
        database_url=_database_url(env.get("DATABASE_URL") or f"sqlite:///{_embedded(data_dir, 'DATABASE_URL')}/rapport.db"),
        redis_url=env.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
        secret_key=env.get("SECRET_KEY") or _kept(data_dir, "SECRET_KEY", secrets.token_urlsafe),
        jwt_private_key=(env.get("JWT_PRIVATE_KEY") or _kept(data_dir, "JWT_PRIVATE_KEY", _new_rsa_key)).replace("\\n", "\n"),
        data_dir=data_dir,
        trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", default=1 if "DYNO" in env else 0),
        secure_cookies=_flag(env, "SECURE_COOKIES", default=data_dir is None),
        ratelimit_enabled=_flag(env, "RATELIMIT_ENABLED", default=True),
        rate_limits={
            kind: _whole_number(env, f"RATELIMIT_{kind.upper()}", default=default) for kind, default in RATE_LIMITS.items()
        },
        base_url=(env.get("BASE_URL") or _local_url(env, data_dir)).rstrip("/"),
        mail_url=_mail_url(env, data_dir),
        mail_from=env.get("MAIL_FROM") or "Rapport <rapport@localhost>",
    )


def _database_url(url: str) -> str:
    """Heroku's "postgres://", and SQLAlchemy's "postgresql://", by the driver that is installed."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith(("postgresql+psycopg://", "sqlite://")):
        raise ConfigError("DATABASE_URL must begin with postgresql:// or sqlite:///.")
    return url


def _embedded(data_dir: Path | None, name: str) -> Path:
    if data_dir is None:
        raise ConfigError(f"{name} is not set. Set it, or set CRM_DATA to a folder that is kept.")
    return data_dir


def _local_url(env: Mapping[str, str], data_dir: Path | None) -> str:
    _embedded(data_dir, "BASE_URL")
    return f"http://localhost:{env.get('PORT') or 8000}"


def _mail_url(env: Mapping[str, str], data_dir: Path | None) -> str | None:
    url = env.get("MAIL_URL")
    if url and not url.startswith(("smtp://", "smtps://")):
        raise ConfigError("MAIL_URL must begin with smtp:// or smtps://.")
    if not url:
        _embedded(data_dir, "MAIL_URL")
    return url or None


def _kept(data_dir: Path | None, name: str, make) -> str:  # type: ignore[no-untyped-def]
    """A secret that is made once and kept with the embedded data. Two processes that start at once agree on one: the file
    appears whole, under a name that only the first can take."""
    path = _embedded(data_dir, name) / name.lower()
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _new_rsa_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name, "").lower()
    if value in ("", "1", "0", "true", "false", "yes", "no", "on", "off"):
        return value in ("1", "true", "yes", "on") if value else default
    raise ConfigError(f"{name} must be true or false.")


def _whole_number(env: Mapping[str, str], name: str, *, default: int) -> int:
    value = env.get(name, "")
    if value and not value.isdecimal():
        raise ConfigError(f"{name} must be a whole number.")
    return int(value) if value else default
