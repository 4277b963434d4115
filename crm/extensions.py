"""The extensions, bare. create_app binds them."""

from __future__ import annotations

from argon2 import PasswordHasher
from flask import current_app
from flask_compress import Compress
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.local import LocalProxy

from crm.models import Base
from crm.sessions import Session


class Limits(Limiter):
    """Flask-Limiter, without the check that it makes before each request: crm/api/limits.py counts what is to be counted."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": Session})
migrate = Migrate()
login_manager = LoginManager()
jwt = JWTManager()
limiter = Limits(get_remote_address)
htmx = Htmx()
csrf = CSRFProtect()
compress = Compress()
hasher: PasswordHasher = LocalProxy(lambda: current_app.extensions["crm.settings"].hasher)  # type: ignore[assignment]
