"""JSON Web Tokens (RFC 7519, RFC 8725) over login rows: an access token of 30 minutes and a refresh token that is good once.

Claims: `sub` the user's id, `sid` the login's GUID, `jti`; of a refresh token, `jti` is the login's `refresh_jti`. `type` keeps
the two kinds apart. A login that has ended takes its tokens with it at once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask, Response, current_app
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import PyJWTError
from jwt.utils import base64url_encode, to_base64url_uint

from crm import clock
from crm.api.answers import answer
from crm.config import ConfigError
from crm.errors import InvalidRefreshToken, Unauthenticated
from crm.extensions import jwt
from crm.services import auth
from crm.services.members import SignedIn

if TYPE_CHECKING:
    from crm.models import Login


@dataclass(frozen=True, slots=True)
class Keys:
    """The signing key, parsed once, and its public half as the world sees it."""

    private: RSAPrivateKey
    public: RSAPublicKey
    jwk: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    token: str
    expires: datetime
    refresh_token: str
    refresh_expires: datetime


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says that we signed."""

    kind: str
    user_id: int
    login_uid: UUID
    jti: str


def register(app: Flask) -> None:
    """Parses the key pair, and publishes the public half at /.well-known/jwks.json (RFC 7517)."""
    keys = app.extensions["crm.jwt_keys"] = _keys(app.extensions["crm.settings"].jwt_private_key)
    app.extensions["crm.checked_tokens"] = lru_cache(4096)(_check)

    @app.get("/.well-known/jwks.json")
    def jwks() -> Response:
        return answer({"keys": [keys.jwk]}, headers={"Cache-Control": "public, max-age=300"})


def issue(login: Login) -> Pair:
    """Both tokens of a login. The refresh token lives as long as the login does without being used."""
    expires = (clock.now() + current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]).replace(microsecond=0)
    refresh_expires = login.expires_at.replace(microsecond=0)
    subject, ours = str(login.user_id), {"sid": str(login.uid)}
    return Pair(
        create_access_token(subject, additional_claims=ours | {"exp": expires}),
        expires,
        create_refresh_token(subject, additional_claims=ours | {"exp": refresh_expires, "jti": login.refresh_jti}),
        refresh_expires,
    )


def read(encoded: str) -> Claims | None:
    """What `encoded` says; None where it is not a token of ours or is too old."""
    try:
        return _claims(decode_token(encoded))
    except (PyJWTError, JWTExtendedException):
        return None


def bearer(encoded: str) -> SignedIn:
    """Whose access token this is, loaded in one query.

    A signature is checked once: what a token says does not change, only whether it is still good. Raises Unauthenticated.
    """
    try:
        claims, expires = current_app.extensions["crm.checked_tokens"](encoded)
    except (PyJWTError, JWTExtendedException, ValueError):
        raise Unauthenticated from None
    if claims is None or claims.kind != "access" or expires <= clock.now().timestamp():
        raise Unauthenticated
    found = auth.signed_in(claims.login_uid)
    if found is None or found.user.id != claims.user_id:
        raise Unauthenticated
    return found


def _check(encoded: str) -> tuple[Claims | None, float]:
    """What `encoded` says, and until when it is good (Unix time). Raises what the libraries do."""
    said = decode_token(encoded)
    return _claims(said), said["exp"]


def read_refresh(encoded: str) -> Claims:
    """Raises InvalidRefreshToken."""
    claims = read(encoded)
    if claims is None or claims.kind != "refresh":
        raise InvalidRefreshToken
    return claims


def _claims(said: dict[str, Any]) -> Claims | None:
    try:
        return Claims(said["type"], int(said["sub"]), UUID(said["sid"]), said["jti"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _keys(pem: str) -> Keys:
    private = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(private, RSAPrivateKey):
        raise ConfigError("JWT_PRIVATE_KEY must be an RSA key in PEM form.")
    public = private.public_key()
    numbers = public.public_numbers()
    members = {"e": to_base64url_uint(numbers.e).decode(), "kty": "RSA", "n": to_base64url_uint(numbers.n).decode()}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    thumbprint = base64url_encode(hashlib.sha256(canonical.encode()).digest()).decode()  # RFC 7638
    return Keys(private, public, members | {"alg": "RS256", "use": "sig", "kid": thumbprint})


def _ours() -> Keys:
    keys: Keys = current_app.extensions["crm.jwt_keys"]
    return keys


@jwt.encode_key_loader
def _signing_key(_identity: object) -> RSAPrivateKey:
    return _ours().private


@jwt.decode_key_loader
def _verifying_key(_header: object, _claims: object) -> RSAPublicKey:
    return _ours().public


@jwt.additional_headers_loader
def _header(_identity: object) -> dict[str, str]:
    return {"kid": _ours().jwk["kid"]}


@jwt.token_verification_loader
def _is_complete(_header: object, said: dict[str, Any]) -> bool:
    return _claims(said) is not None
