from typing import Any

from django.db import connections


def connection_to(address: str, **options: Any) -> Any:
    """Of the engine, past whatever the profiles are on."""
    from movieverse.engines.firebase.base import DatabaseWrapper

    own = {"timeout": 2, "row_limit": 100, "emulator": address, "credentials": ""} | options
    template = connections["profiles"].settings_dict
    values = template | {
        "ENGINE": "movieverse.engines.firebase",
        "HOST": "x.firebaseio.com",
        "NAME": "n",
        "OPTIONS": own,
    }
    return DatabaseWrapper(values, "profiles")
