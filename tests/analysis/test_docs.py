"""The examples of docs/analysis.md run, in their order, and what they set up sets up."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

pytest.importorskip("pandas", reason="needs pandas: pip install -r requirements-analysis.txt")

_URLS = ("DATABASE_URL", "REVIEWS_DATABASE_URL", "CATALOG_DATABASE_URL", "PROFILES_DATABASE_URL", "SECRET_KEY")


@pytest.mark.usefixtures("stores")
def test_the_examples_of_the_docs_run():
    call_command("seed", "demo", verbosity=0)
    text = (settings.BASE_DIR / "docs" / "analysis.md").read_text()
    names: dict = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, names)  # noqa: S102  our own file
    assert names["by_genre"].loc["Drama", "size"] > 10
    assert len(names["directors"]) > 3


def python(code: str, folder) -> subprocess.CompletedProcess[str]:
    environment = os.environ | dict.fromkeys(_URLS, "") | {"VAR_DIR": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE")
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_one_line_sets_it_up_within_a_notebook_s_event_loop(tmp_path):
    manage = "import sys; sys.argv = ['manage.py', 'migrate_all', '-v0']; import manage; manage.main()"
    assert python(manage, tmp_path).returncode == 0
    cell = (
        "async def cell():\n    import analysis\n    print(len(analysis.titles()))\nimport asyncio; asyncio.run(cell())"
    )
    result = python(cell, tmp_path)
    assert (result.stdout, result.stderr) == ("0\n", "")


def test_stores_that_are_not_migrated_are_told_of(tmp_path):
    result = python("import analysis", tmp_path)
    assert result.stderr.splitlines()[-1].endswith(
        "The default store is not migrated. Run `python manage.py migrate_all` first."
    )


def test_without_pandas_it_says_what_to_install(tmp_path):
    result = python("import sys; sys.modules['pandas'] = None; import analysis", tmp_path)
    assert result.stderr.splitlines()[-1] == "ImportError: This needs pandas: pip install -r requirements-analysis.txt"
