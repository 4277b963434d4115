"""The document: every route of the API, and what they share (OpenAPI 3.1.1, https://spec.openapis.org/oas/v3.1.1)."""

from __future__ import annotations

from flask import Flask

from crm.api import deprecation
from crm.api.dialects import Dialect
from crm.api.openapi import words
from crm.api.openapi.components import Components
from crm.api.openapi.operations import Operation
from crm.schemas.shapes import Shape

# The routes of one mount of the blueprint; the other is the alias.
_MOUNT = "api_v1."


def made(app: Flask, only: Dialect | None = None) -> Shape:
    """The document of an application, in both dialects or in one.

    Raises LookupError where a route does not say what it answers.
    """
    components = Components()
    marks = {(method, rule): mark for method, rule, mark in deprecation.listed(app)}
    paths: Shape = {}
    tags: list[str] = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(_MOUNT):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            view = app.view_functions[rule.endpoint]
            operation = Operation(components, method, rule, view, marks.get((method, rule.rule)), only)
            paths.setdefault(operation.path, {})[method.lower()] = operation.whole()
            tags += [] if operation.tag in tags else [operation.tag]
    about = {name: description for name, description in words.TAGS.values() if description}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": words.TITLE,
            "version": words.VERSION,
            "description": (words.OF_DIALECT[only] if only else "") + words.INTRODUCTION,
        },
        "servers": [
            {"url": "/api/v1", "description": "Version 1"},
            {"url": "/api", "description": "The alias of the current version"},
        ],
        "tags": [{"name": name} | ({"description": about[name]} if name in about else {}) for name in tags],
        "paths": paths,
        "components": components.all(),
    }
