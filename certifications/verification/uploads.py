"""Files to be compared: held in memory while they are read, never written anywhere, refused beyond a size."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

LARGEST = 3 * 1024 * 1024
"""A certificate is some 60 KB; signed again and again by other programs it does not reach this."""
LARGEST_REQUEST = 60 * 1024 * 1024
"""What is read to its end only to answer with a sentence rather than a broken connection."""


class InMemory(FileUploadHandler):
    """Keeps one small file in memory. Of a larger one the rest is read and thrown away."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.is_too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > LARGEST:
            self.is_too_large = True
            self.kept = BytesIO()
            raise StopUpload(connection_reset=False)
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "", self.content_type or "", file_size, self.charset
        )

    def upload_interrupted(self) -> None:
        self.kept = BytesIO()


def hold_in_memory(request: HttpRequest) -> InMemory:
    """Take this over before anything has read the request."""
    handler = InMemory(request)
    request.upload_handlers = [handler]
    return handler


def is_beyond_reading(request: HttpRequest) -> bool:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST
    except ValueError:
        return True
