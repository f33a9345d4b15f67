"""What forms share."""

from collections.abc import Mapping

from django import forms

from foundation.errors import DomainError


class RefusableForm(forms.Form):
    """A form that shows a service's refusal at the field it is about, else above."""

    field_of_code: Mapping[str, str] = {}

    def refuse(self, refusal: DomainError) -> None:
        field = self.field_of_code.get(refusal.code)
        self.add_error(field if field in self.fields else None, refusal.message)
