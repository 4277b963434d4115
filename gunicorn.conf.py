"""How the web server runs, on Heroku and under bin/run. `gunicorn wsgi:app` reads it by itself."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

_hosted = "DYNO" in os.environ  # Heroku: the router is in front, and only it reaches the port
_host = os.environ.get("CRM_HOST") or ("0.0.0.0" if _hosted else "127.0.0.1")

bind = [f"[{_host}]:{os.environ.get('PORT', '8000')}" if ":" in _host else f"{_host}:{os.environ.get('PORT', '8000')}"]
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)

# Not sync: browsers open connections ahead of need, and a sync worker waits on such an empty one, up to its time-out,
# while requests queue behind it. Only a proxy that buffers would keep them off.
worker_class = "gthread"
threads = 4
keepalive = 95 if _hosted else 5  # longer than the router's 90 s, so that it is never the router who finds it closed
graceful_timeout = 20  # Heroku kills 30 s after SIGTERM

preload_app = True  # the second worker shares the first one's memory, and a fault in the code shows once
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"  # the heartbeat, off a disk that may block

# Which address is the client's, and whether it spoke HTTPS, is decided in one place: TRUSTED_PROXIES, in create_app.
forwarded_allow_ips = ""
control_socket_disable = True  # nobody steers a running server here, and two on one machine would share its path
accesslog = None  # the application writes its own line for each request, with the request's id
loglevel = "warning"


def when_ready(server: Any) -> None:
    """What was loaded before the fork stays: neither is it looked through for garbage, nor copied because of that."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened before the fork would be shared by all workers: each starts with an empty pool."""
    from crm.extensions import db
    from wsgi import app

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
