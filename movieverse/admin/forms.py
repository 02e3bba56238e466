"""Forms that leave alone what nobody changed."""

from functools import cached_property
from typing import Any

from django import forms


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class UnchangedText(forms.BaseForm):
    """Line ends and outer spaces are no change: what is stored stays as it is, and nobody becomes its author."""

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if not self._is_same_text(name)]

    def _is_same_text(self, name: str) -> bool:
        stored, sent = self[name].initial, self[name].data
        return isinstance(stored, str) and isinstance(sent, str) and plain(stored) == plain(sent)

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = self[name].initial if self._is_same_text(name) else plain(value)
        return self.cleaned_data
