import pytest

from apps.imports.running import held


@pytest.fixture(autouse=True)
def no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests never commit: another thread would not find their imports."""
    monkeypatch.setattr(held, "HEARTBEAT", 3600)
