"""Mails, which are files here, as on a machine of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm import config


@pytest.fixture
def mailbox(settings: config.Settings) -> Path:
    """Where mails arrive, empty."""
    assert settings.data_dir
    folder = settings.data_dir / "mail"
    for file in folder.glob("*.eml"):
        file.unlink()
    return folder
