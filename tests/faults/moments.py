"""`python -m tests.faults.moments SIGKILL before|after FUNCTION TASK ARGUMENTS`: a process that is struck at a moment.

It does the task, a function of the project by its dotted name with arguments as JSON, and just before or after it first
comes to call FUNCTION, named by the module that calls it, it sends itself the signal.
"""

import json
import os
import signal
import sys
from importlib import import_module
from typing import Any

import django

from movieverse.exceptions import StoreUnavailable

AWAY = 3  # how a process ends that has found its store away: at once, without what Python does at its own leisure


def strike(number: signal.Signals, when: str, function: str) -> None:
    module, name = _found(function)
    original = getattr(module, name)

    def struck(*args: Any, **kwargs: Any) -> Any:
        setattr(module, name, original)
        if when == "before":
            os.kill(os.getpid(), number)
        result = original(*args, **kwargs)
        if when == "after":
            os.kill(os.getpid(), number)
        return result

    setattr(module, name, struck)


def _found(dotted: str) -> tuple[Any, str]:
    module, _, name = dotted.rpartition(".")
    return import_module(module), name


def main(number: str, when: str, function: str, task: str, arguments: str) -> None:
    django.setup()
    strike(signal.Signals[number], when, function)
    module, name = _found(task)
    try:
        getattr(module, name)(**json.loads(arguments))
    except StoreUnavailable:
        os._exit(AWAY)


if __name__ == "__main__":
    main(*sys.argv[1:])
