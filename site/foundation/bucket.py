"""Files in a bucket of S3-compatible storage: there wholly or not at all, and never with an address of the store's.

For cities whose web and background processes run on more than one machine (``FILES_S3_BUCKET``). Nothing in the bucket
is public: the site sends what is in it, or for lessons nginx, with a signed address that only nginx sees.
"""

import errno
import io
import os
import posixpath
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError
from django.core.files.base import File
from django.core.files.storage import Storage
from django.core.files.utils import validate_file_name
from django.utils.encoding import filepath_to_uri

from foundation.storage import StoreAwayError

MIB = 1024 * 1024
# A larger file goes in parts, so that a process never holds much of a video.
LARGEST_PIECE = 16 * MIB
READ_AHEAD = MIB // 4
# A store that cannot be reached is not asked for so long: else every page with a file would wait for it in vain.
REST_SECONDS = 5
SIGNED_SECONDS = 60
GONE = frozenset({"NoSuchKey", "NotFound", "404"})
TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412"})


class NameTakenError(Exception):
    """Somebody else wrote an object of this name a moment ago."""


class BucketStorage(Storage):
    """The objects below a prefix of one bucket. Reads and writes raise ``StoreAwayError`` while the store is away."""

    def __init__(
        self,
        *,
        bucket: str,
        prefix: str,
        endpoint: str,
        key: str,
        secret: str,
        region: str = "us-east-1",
        addressing: str = "path",
        base_url: str | None = None,
    ) -> None:
        self.bucket = bucket
        self.prefix = prefix
        self.base_url = base_url
        self._access = (endpoint, region, key, secret, addressing)
        self._rests_until = 0.0

    @property
    def client(self) -> Any:
        """The process's own connections: a forked one must not share those of its parent."""
        return _client(os.getpid(), *self._access)

    def key(self, name: str) -> str:
        """The object's key; a name that leads out of the prefix is refused."""
        name = name.replace("\\", "/")
        validate_file_name(name, allow_relative_path=True)
        return self.prefix + name

    def read_bytes(self, name: str) -> bytes:
        """The object's whole content; ``FileNotFoundError`` when it is not there."""
        return self.read_part(name)

    def read_part(self, name: str, *, first: int | None = None, last: int | None = None) -> bytes:
        """The object's bytes, or those from ``first`` to ``last``."""
        asked = {} if first is None else {"Range": f"bytes={first}-{last}"}
        with self._answer(name):
            return bytes(self.client.get_object(Bucket=self.bucket, Key=self.key(name), **asked)["Body"].read())

    def replace(self, name: str, content: bytes) -> None:
        """Put other content under the name of an object. Whoever reads meanwhile sees one or the other."""
        with self._answer(name):
            self.client.put_object(Bucket=self.bucket, Key=self.key(name), Body=content)

    def signed_path(self, name: str, *, content_type: str, method: str = "GET") -> str:
        """Path and query below the endpoint under which whoever has them may read the object for a minute."""
        address = self.client.generate_presigned_url(
            "head_object" if method == "HEAD" else "get_object",
            Params={"Bucket": self.bucket, "Key": self.key(name), "ResponseContentType": content_type},
            ExpiresIn=SIGNED_SECONDS,
        )
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}"

    def exists(self, name: str) -> bool:
        try:
            self._length(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return self._length(name)

    def _length(self, name: str) -> int:
        with self._answer(name):
            return int(self.client.head_object(Bucket=self.bucket, Key=self.key(name))["ContentLength"])

    def delete(self, name: str) -> None:
        if not name:
            raise ValueError("The name must be given to delete().")
        with self._answer(name):
            self.client.delete_object(Bucket=self.bucket, Key=self.key(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        folder = f"{self.key(path.rstrip('/'))}/" if path else self.prefix
        folders: list[str] = []
        files: list[str] = []
        with self._answer(path):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=folder, Delimiter="/"):
                folders += [one["Prefix"].removeprefix(folder).rstrip("/") for one in page.get("CommonPrefixes", ())]
                files += [one["Key"].removeprefix(folder) for one in page.get("Contents", ()) if one["Key"] != folder]
        return folders, files

    def url(self, name: str | None) -> str:
        if self.base_url is None or not name:
            raise ValueError("This file has no web address.")
        return posixpath.join(self.base_url, filepath_to_uri(name).lstrip("/"))

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("Files in a bucket are replaced, not written into.")
        return File(io.BufferedReader(_ObjectReader(self, name), READ_AHEAD), name)

    def _save(self, name: str, content: File) -> str:
        name = str(name).replace("\\", "/")
        while True:
            try:
                self._write(name, content)
                return name
            except NameTakenError:
                name = self.get_available_name(name)

    def _write(self, name: str, content: File) -> None:
        """Never over another object, also when somebody writes one of the name at the same moment."""
        about = {"Bucket": self.bucket, "Key": self.key(name)}
        content.seek(0)
        with self._answer(name):
            if content.size > LARGEST_PIECE:
                self._write_parts(about, content)
            else:
                self.client.put_object(**about, Body=_bytes(content.read()), IfNoneMatch="*")

    def _write_parts(self, about: dict[str, str], content: File) -> None:
        """Nothing lies under the name before the last part is there."""
        upload = about | {"UploadId": self.client.create_multipart_upload(**about)["UploadId"]}
        parts: list[dict[str, Any]] = []
        try:
            while piece := _bytes(content.read(LARGEST_PIECE)):
                kept = self.client.upload_part(**upload, PartNumber=len(parts) + 1, Body=piece)
                parts.append({"PartNumber": len(parts) + 1, "ETag": kept["ETag"]})
            self.client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            with suppress(ClientError, BotoCoreError):
                self.client.abort_multipart_upload(**upload)
            raise

    @contextmanager
    def _answer(self, name: str) -> Iterator[None]:
        """Say in our own words what the store answered, or that it did not."""
        if time.monotonic() < self._rests_until:
            raise StoreAwayError("The store of files could not be reached a moment ago.")
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in GONE:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name) from None
            if code in TAKEN:
                raise NameTakenError(name) from None
            raise StoreAwayError(f"The store of files refuses: {code}.") from error
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise StoreAwayError("The store of files cannot be reached.") from error
        except BotoCoreError as error:
            raise StoreAwayError("The store of files does not answer.") from error


class _ObjectReader(io.RawIOBase):
    """An object as a file for reading: every piece is asked for when somebody reads it."""

    def __init__(self, storage: BucketStorage, name: str) -> None:
        self._storage, self._name = storage, name
        self._size, self._at = storage._length(name), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        last = min(self._at + len(buffer), self._size) - 1
        if last < self._at:
            return 0
        piece = self._storage.read_part(self._name, first=self._at, last=last)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def _bytes(piece: bytes | str) -> bytes:
    return piece.encode() if isinstance(piece, str) else piece


@lru_cache(maxsize=4)
def _client(_process: int, endpoint: str, region: str, key: str, secret: str, addressing: str) -> Any:
    return botocore.session.get_session().create_client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(
            signature_version="s3v4",
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=16,
            s3={"addressing_style": addressing},
            # Not every store knows the checksums that Amazon's asks for since 2025.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
