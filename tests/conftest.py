"""What all rooms share: databases of both kinds."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_HELPER = Path(__file__).parents[1] / "tools" / "private_postgres.py"


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("private_postgres", _HELPER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """One private PostgreSQL for the whole session; a loud skip where its programs are missing."""
    tool = _tool()
    if tool.binaries() is None:
        pytest.skip(tool.SKIPPED)
    with tool.private_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Any) -> str:
    """An empty database on it."""
    return postgres.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind: a file, or one on the private server."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'records.db').as_posix()}"
    return request.getfixturevalue("postgres_url")
