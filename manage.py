#!/usr/bin/env python
"""Django's command line, with errors an operator can act on in one line instead of a traceback."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "movieverse.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make install`, or activate .venv.")
    from movieverse.exceptions import StoreUnavailable

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, StoreUnavailable) as error:
        sys.exit(f"movieverse: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at its end
        sys.exit(141)


if __name__ == "__main__":
    main()
