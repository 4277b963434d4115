"""The references run as the application does: the same workers, the same threads."""

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location("ours", Path(__file__).resolve().parent.parent / "gunicorn.conf.py")
_ours = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_ours)

workers, worker_class, threads, keepalive = _ours.workers, _ours.worker_class, _ours.threads, _ours.keepalive
preload_app, control_socket_disable, loglevel = True, True, "warning"
