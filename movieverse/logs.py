"""What is logged, and how."""

from typing import Any

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def logging(level: str, *, readable: bool) -> dict[str, Any]:
    """Django's LOGGING: to the console, each line a JSON object, or plain text for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "not_unavailable": {
                "()": "django.utils.log.CallbackFilter",
                "callback": lambda record: getattr(record, "status_code", None) != 503,
            },
            "request_id": {"()": "movieverse.context.RequestIdFilter"},
        },
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(levelname)s %(name)s %(message)s %(request_id)s",
                "rename_fields": {"levelname": "level", "name": "logger"},
                "timestamp": "time",
            },
            "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request_id"],
                "formatter": "plain" if readable else "json",
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # Each request has its own line anyway, without what is secret in a path.
            "django.request": {"level": "ERROR", "filters": ["not_unavailable"]},
        },
    }
