"""What is no token of ours (RFC 8725), and the key that anybody can check ours with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest

from crm.config import from_environment


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def encoded(data):
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def forged(header, claims, sign=lambda message: b""):
    message = f"{encoded(header)}.{encoded(claims)}"
    return f"{message}.{base64.urlsafe_b64encode(sign(message.encode())).rstrip(b'=').decode()}"


def status_with(bob, token):
    bob.token = token
    answer = bob.get("/auth/profile")
    if answer.status_code == 401:
        assert answer.json == {"error": {"code": "UNAUTHORIZED", "message": "Authentication required"}}
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    return answer.status_code


def test_what_is_signed_with_our_key_is_good(bob, settings):
    again = jwt.encode(claims_of(bob.token), settings.jwt_private_key, "RS256")
    assert status_with(bob, again) == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "somebody else"},
        {"iss": "somebody else"},
        {"exp": 1},
        {"sub": "4711"},
        {"sub": "Bob"},
        {"sid": "00000000-0000-7000-8000-000000000000"},
        {"sid": "scribble"},
        {"sid": None},
        {"jti": None},
        {"type": "refresh"},
        {"nbf": int(time.time()) + 3600},
    ],
)
def test_a_wrong_claim(bob, settings, changed):
    token = jwt.encode(
        {k: v for k, v in (claims_of(bob.token) | changed).items() if v is not None}, settings.jwt_private_key, "RS256"
    )
    # Without a jti of its own it is still an access token of a good login.
    assert status_with(bob, token) == (401 if changed != {"jti": None} else 200)


@pytest.mark.parametrize("missing", ["aud", "iss", "sub", "sid"])
def test_a_missing_claim(bob, settings, missing):
    claims = {name: value for name, value in claims_of(bob.token).items() if name != missing}
    assert status_with(bob, jwt.encode(claims, settings.jwt_private_key, "RS256")) == 401


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_no_algorithm(bob, algorithm):
    assert status_with(bob, forged({"alg": algorithm, "typ": "JWT"}, claims_of(bob.token))) == 401


@pytest.mark.parametrize(("algorithm", "digest"), [("HS256", hashlib.sha256), ("HS512", hashlib.sha512)])
def test_the_public_key_as_a_shared_secret(bob, settings, algorithm, digest):
    def sign(message):
        return hmac.new(settings.jwt_public_key.encode(), message, digest).digest()

    assert status_with(bob, forged({"alg": algorithm, "typ": "JWT"}, claims_of(bob.token), sign)) == 401


def test_another_algorithm_of_our_own_key(bob, settings):
    assert status_with(bob, jwt.encode(claims_of(bob.token), settings.jwt_private_key, "RS512")) == 401


def test_somebody_elses_key(bob, tmp_path):
    other = from_environment({"CRM_DATA": str(tmp_path)})
    assert status_with(bob, jwt.encode(claims_of(bob.token), other.jwt_private_key, "RS256")) == 401


def test_a_changed_claim(bob):
    header, _, signature = bob.token.split(".")
    assert status_with(bob, f"{header}.{encoded(claims_of(bob.token) | {'sub': '1'})}.{signature}") == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a.b.c",
        "Basic Ym9iOng=",
        "Token x",
        "Bearer é",
        ",",
        "Bearer ..",
        "x" * 9000,
    ],
)
def test_scribble(bob, header):
    answer = bob.client.get("/api/v1/auth/profile", headers={"Authorization": header})
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "UNAUTHORIZED")


def test_a_token_counts_in_its_header_only(bob):
    token, bob.token = bob.token, None
    bob.client.set_cookie("access_token_cookie", token)
    assert bob.get("/auth/profile").status_code == 401
    assert bob.get(f"/auth/profile?jwt={token}").status_code == 401


def test_anybody_can_check_our_tokens(bob):
    answer = bob.client.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    (key,) = answer.json["keys"]
    assert key.keys() == {"kty", "n", "e", "alg", "use", "kid"}
    assert jwt.get_unverified_header(bob.token) == {"alg": "RS256", "typ": "JWT", "kid": key["kid"]}
    members = json.dumps({name: key[name] for name in ("e", "kty", "n")}, separators=(",", ":"))  # RFC 7638 §3
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=")
    assert key["kid"] == thumbprint.decode()
    checked = jwt.decode(bob.token, jwt.PyJWK(key), algorithms=["RS256"], audience="rapport", issuer="rapport")
    assert checked["type"] == "access"
