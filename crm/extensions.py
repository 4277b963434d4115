"""The extensions, bare. create_app binds them."""

from __future__ import annotations

from flask_compress import Compress
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from crm.models import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
migrate = Migrate()
login_manager = LoginManager()
jwt = JWTManager()
limiter = Limiter(get_remote_address)
htmx = Htmx()
csrf = CSRFProtect()
compress = Compress()
