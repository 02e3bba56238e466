from django.core.exceptions import ValidationError

LONGEST = 128  # characters


class MaximumLengthValidator:
    """Longer ones are no better, and hashing them takes longer."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                f"This password is too long. It has at most {LONGEST} characters.", "password_too_long"
            )

    def get_help_text(self) -> str:
        return f"Your password has at most {LONGEST} characters."
