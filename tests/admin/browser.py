"""What a browser would send: the fields of a page's form, as they stand in its HTML."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.depth_of_templates = 0
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        self.depth_of_templates += tag == "template"
        name = given.get("name", "")
        if self.depth_of_templates:
            return
        if tag == "input" and name and given.get("type") != "submit":
            is_box = given.get("type") == "checkbox"
            if not is_box or "checked" in given:
                self.sent.setdefault(name, []).append(given.get("value") or ("on" if is_box else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.sent.setdefault(self.select, []).append(given.get("value") or "")
        elif tag == "textarea":
            self.textarea = name
            self.sent[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        self.depth_of_templates -= tag == "template"
        if tag == "textarea" and self.textarea:
            # A browser leaves out the first line end, and sends the others as two characters.
            text = self.sent[self.textarea][0].removeprefix("\r").removeprefix("\n")
            self.sent[self.textarea] = [text.replace("\r\n", "\n").replace("\n", "\r\n")]
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.sent[self.textarea][0] += data


def fields_of(answer: HttpResponse) -> dict[str, Any]:
    reader = _FormReader()
    page = answer.content.decode()
    start = page.index(" novalidate>")  # that of the row: the menu has forms of its own
    reader.feed(page[start + len(" novalidate>") : page.index("</form>", start)])
    return {name: values for name, values in reader.sent.items() if name != "csrfmiddlewaretoken"}


def opened(desk: Client, url: str) -> dict[str, Any]:
    """A page's form, to be changed and sent."""
    answer = desk.get(url)
    assert answer.status_code == 200, url
    return fields_of(answer)


def with_row(sent: dict[str, Any], table: str, **members: Any) -> dict[str, Any]:
    """The form after somebody has added a row to a table."""
    number = int(sent[f"{table}-TOTAL_FORMS"][0])
    added = {f"{table}-{number}-{name}": value for name, value in members.items()}
    return {**sent, f"{table}-TOTAL_FORMS": [str(number + 1)], **added}


def errors_of(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return dict(answer.context["adminform"].form.errors)


def row_errors(answer: Any, table: str) -> list[dict[str, list[str]]]:
    return [dict(errors) for errors in answer.context["adminform"].form[table].formset.errors]
