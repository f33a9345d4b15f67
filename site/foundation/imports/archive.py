"""Opening a zip archive that somebody sent, without letting it unpack into more than we can hold."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _

from foundation.imports.cells import Limits
from foundation.imports.errors import ImportRefusedError

PIECE = 64 * 1024
# Small archives may compress as well as they like.
RATIO_COUNTS_FROM = 5 * 1024 * 1024


class Archive:
    """The members of an archive; refuses a bomb by its directory, and again while reading."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise broken() from error
        self._left = limits.unpacked_bytes
        members = self._zip.infolist()
        unpacked = sum(member.file_size for member in members)
        if (
            len(members) > limits.entries
            or unpacked > limits.unpacked_bytes
            or (unpacked > RATIO_COUNTS_FROM and unpacked > limits.ratio * max(1, len(data)))
        ):
            raise bomb()
        if any(member.flag_bits & 1 for member in members):
            raise locked()
        self.names = frozenset(member.filename for member in members)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The member in pieces; raises when what comes out is more than the directory promised or we allow."""
        try:
            with self._zip.open(name) as member:
                while piece := member.read(PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise bomb()
                    yield piece
        except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, OSError) as error:
            raise broken() from error
        except RuntimeError as error:  # what zipfile raises for a member with a password
            raise locked() from error
        except zipfile.zlib.error as error:  # type: ignore[attr-defined]
            raise broken() from error


def broken() -> ImportRefusedError:
    return ImportRefusedError(
        "broken", _("这个文件打不开，可能已损坏。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
    )


def locked() -> ImportRefusedError:
    return ImportRefusedError("locked", _("这个文件设有密码。请去掉密码，保存后再上传。"))


def bomb() -> ImportRefusedError:
    return ImportRefusedError(
        "too_large_unpacked", _("这个文件解压后太大，不能读取。请只保留要导入的表格，另存为 .xlsx 后再上传。")
    )


def too_many(limits: Limits) -> ImportRefusedError:
    return ImportRefusedError(
        "too_many_cells",
        _("表格太大：最多 %(rows)d 行、%(columns)d 列。请分成几个文件上传。")
        % {"rows": limits.rows, "columns": limits.columns},
    )
