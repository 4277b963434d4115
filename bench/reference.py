"""What Flask alone takes, without login, rights, limits, history or a total: the same rows by raw SQL, through a pool.

Run by bench/run beside the application, by the same web server: DATABASE_URL is the application's.
"""

from __future__ import annotations

import os
from typing import Any

import orjson
from flask import Flask, Response, render_template_string, request
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

COLUMNS = (
    "id, uid, site_id, contact_id, title, type, lead, start_datetime, end_datetime, duration, timezone, location, medium, "
    "description, notes, sentiment, topics_discussed, follow_up_needed, source, created_by, created_at, updated_at"
)
ALIVE = "FROM interactions WHERE site_id = %(site)s AND deleted_at IS NULL"
NEWEST = "ORDER BY start_datetime DESC, id DESC LIMIT 20"
PATTERN = "search_text LIKE %(pattern)s"

LIST = f"SELECT {COLUMNS} {ALIVE} {NEWEST}"
TIMELINE = f"SELECT {COLUMNS} {ALIVE} AND contact_id = %(contact)s ORDER BY start_datetime DESC, id DESC LIMIT 50"
# A common term is met soon on the way back in time, a rare one only by its index: each in the way that is best for it.
COMMON = f"SELECT {COLUMNS} {ALIVE} AND {PATTERN} {NEWEST}"
RARE = f"""
    WITH hits AS MATERIALIZED (SELECT id, start_datetime {ALIVE} AND {PATTERN})
    SELECT {COLUMNS} FROM interactions WHERE id IN (SELECT id FROM hits {NEWEST}) {NEWEST.removesuffix("LIMIT 20")}"""  # noqa: S608
WEEKS = f"""
    SELECT date_trunc('week', start_datetime) AS week, count(*) AS count, avg(duration) AS duration {ALIVE}
    AND start_datetime >= now() - interval '84 days' GROUP BY 1 ORDER BY 1"""
INSERT = """
    INSERT INTO bench_notes (site_id, contact_id, title, notes, start_datetime) VALUES (%s, %s, %s, %s, now()) RETURNING id"""
CONSTANT = orjson.dumps([{"id": number, "text": "x" * 366} for number in range(20)])
PAGE = """<!doctype html><title>Timeline</title><ul>{% for row in rows %}
<li><b>{{ row.title }}</b> <i>{{ row.type }}</i> {{ row.lead }} <time>{{ row.start_datetime }}</time><p>{{ row.notes }}</p></li>
{% endfor %}</ul>"""

app = Flask(__name__)


def _pool() -> ConnectionPool[Any]:
    """Opened by the first request of a worker, after the fork."""
    pool = app.extensions.get("pool")
    if pool is None:
        pool = app.extensions["pool"] = ConnectionPool(
            os.environ["DATABASE_URL"], min_size=4, max_size=4, kwargs={"row_factory": dict_row}
        )
    return pool


def _rows(query: str, **values: Any) -> list[dict[str, Any]]:
    with _pool().connection() as connection:
        return connection.execute(query, values).fetchall()


def _json(rows: object) -> Response:
    return Response(orjson.dumps(rows), mimetype="application/json")


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.get("/constant")
def constant() -> Response:
    return Response(CONSTANT, mimetype="application/json")


@app.get("/list")
def newest() -> Response:
    return _json(_rows(LIST, site=1))


@app.get("/timeline")
def timeline() -> Response:
    return _json(_rows(TIMELINE, site=1, contact=request.args["contact"]))


@app.get("/page")
def page() -> str:
    return render_template_string(PAGE, rows=_rows(TIMELINE, site=1, contact=request.args["contact"]))


@app.get("/search")
def search() -> Response:
    query = COMMON if "common" in request.args else RARE
    return _json(_rows(query, site=1, pattern=f"%{request.args['query']}%"))


@app.get("/weeks")
def weeks() -> Response:
    rows = [{**row, "duration": float(row["duration"] or 0)} for row in _rows(WEEKS, site=1)]
    return _json(rows)


@app.post("/create")
def create() -> Response:
    said = request.get_json()
    with _pool().connection() as connection:
        new = connection.execute(INSERT, (1, 1, said["title"], said["notes"])).fetchone()
    return _json(new)
