"""What the views of imports share."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.imports.api.permissions import MayImport
from apps.imports.models import Import, RejectedRow, Upload
from apps.imports.selectors import imports_of
from movieverse.api.scopes import Scopes
from movieverse.api.views import ApiView


class ImportsView(ApiView):
    permission_classes: Any = (MayImport,)
    scopes = Scopes("curate", "curate")
    needs: ClassVar[dict[str, str]] = {"GET": "view_import", "POST": "add_import"}

    def found(self, import_id: int) -> Import:
        """Others' are as if they were not there."""
        row = imports_of(self.member).filter(pk=import_id).first()
        if row is None:
            raise NotFound(f"There is no import {import_id} of yours.")
        return row

    def found_row(self, import_id: int, row_id: int) -> RejectedRow:
        row = self.found(import_id).rejected_rows.filter(pk=row_id).first()
        if row is None:
            raise NotFound(f"Import {import_id} has no rejected row {row_id}.")
        return row

    def own_uploads(self, ids: Sequence[UUID], pointer: str) -> list[Upload]:
        found = Upload.objects.filter(user=self.member.pk).in_bulk(ids)
        if missing := [f"You have no upload {one}." for one in ids if one not in found]:
            raise serializers.ValidationError({pointer: missing})
        return [found[one] for one in ids]

    def accepted(self, row: Import, name: str = "v1:import") -> Response:
        """It is on its way: `Location` tells how far it is."""
        location = reverse(name, args=[row.pk], request=self.request)
        return self.answer(row, status=202, headers={"Location": location})
