"""Model fields for personal data: encrypted at rest, found only through a blind index."""

from typing import Any

from django import forms
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from foundation.crypto.cipher import blind_index, decrypt, encrypt


class EncryptedTextField(models.Field):
    """Text that the database sees only encrypted. Empty text is stored empty. It cannot be filtered or sorted by."""

    empty_values = [None, ""]

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        return encrypt(str(value)) if value != "" else b""

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        if value is None:
            return None
        return decrypt(bytes(value)) if len(value) else ""

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Serialisers get the token, never the text."""
        value: Any = self.value_from_object(obj)
        return encrypt(value).decode() if value else ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up through its blind index.")
        return super().get_lookup(lookup_name)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": forms.CharField} | kwargs))


class BlindIndexField(models.BinaryField):
    """Keeps the blind index of the encrypted field ``source``, so that it can be unique and looked up.

    ``kind`` names the normaliser (``foundation.crypto.cipher.NORMALISERS``). An empty source gives NULL, so that
    uniqueness counts only what is known.
    """

    def __init__(self, *args: Any, source: str = "", kind: str = "", **kwargs: Any) -> None:
        self.source = source
        self.kind = kind
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs["editable"] = False
        kwargs["max_length"] = 32
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        kwargs.pop("max_length", None)
        # Said even where it is Django's own default, for it is not ours.
        return name, path, args, kwargs | {"source": self.source, "kind": self.kind, "null": self.null}

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = getattr(model_instance, self.source)
        index = blind_index(self.kind, value) if value else None
        setattr(model_instance, self.attname, index)
        return index
