import argparse
import signal
import sys
from contextlib import suppress
from pathlib import Path

from .database import Databases
from .errors import CannotStart
from .rules import Rules
from .server import Server

NOTICE = (
    "MovieVerse's Realtime Database emulator, for development and tests only: "
    "no security rules, no TLS, no limits on who may write. Listening on {}\n"
)
SWITCH_INTERVAL = 0.001  # seconds; a small request should not wait for a large one's thread


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m movieverse.engines.firebase.emulator",
        description="A local Firebase Realtime Database, for development and tests only.",
    )
    parser.add_argument("--port", type=int, required=True, help="0 for a free one")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="where the data is kept")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    parser.add_argument("--rules", type=Path, metavar="FILE", help="security rules, of which .indexOn is heeded")
    parser.add_argument("--keep-alive", type=float, default=30, metavar="SECONDS", help="between signs of life")
    parser.add_argument("--fsync", action="store_true", help="wait for the disk: outlive the machine's end as well")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        databases = Databases(given.data, Rules(given.rules), fsync=given.fsync)
        with Server(given.host, given.port, databases, given.keep_alive) as server, suppress(KeyboardInterrupt):
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            sys.stderr.write(NOTICE.format(server.url))
            sys.stderr.flush()
            server.serve_forever()
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    databases.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
