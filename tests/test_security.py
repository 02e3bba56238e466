"""The table of docs/security.md names tests that there are."""

import re
from pathlib import Path

from django.conf import settings

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "security.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+.*?) \| .+? \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_each_line_names_a_test_that_there_is_or_says_why_there_is_none():
    rows = ROW.findall(DOCUMENT.read_text())
    assert len(rows) > 60
    for place, held_by in rows:
        named = NAMED.findall(held_by)
        assert named or held_by.startswith("– "), place
        for file, name in named:
            assert f"def {name}(" in (Path(settings.BASE_DIR) / file).read_text(), (place, file, name)
