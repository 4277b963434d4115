"""The blueprint that every handler module adds its routes to. register() mounts it under /api/v1 and under /api."""

from __future__ import annotations

from flask import Blueprint

api = Blueprint("api", __name__)
