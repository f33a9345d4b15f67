"""What WeasyPrint may open: files bundled with us and data inside the page. Nothing else, and no network."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certifications.papers.typefaces import typeface_file

STYLES = Path(__file__).resolve().parent / "data" / "styles"
TYPEFACES = ("kai", "song", "song-bold", "rare")
KINDS = {".css": "text/css", ".svg": "image/svg+xml"}


class BundledFetcher(URLFetcher):
    """``fonts:song``, ``papers:simple.css``, ``data:…`` and, while a template is laid out, files of its own folder.

    Anything else stops the paper: a page that came out without its font or picture would still look like one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self.folder = folder

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        if parts.scheme == "fonts" and parts.path in TYPEFACES:
            return URLFetcherResponse(url, typeface_file(parts.path), {"Content-Type": "font/ttf"})
        path = self._path(parts.scheme, unquote(parts.path))
        if path is None or not path.is_file():
            raise FatalURLFetchingError(f"not bundled: {url}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": KINDS[path.suffix]})

    def _path(self, scheme: str, path: str) -> Path | None:
        """The bundled file behind an address, or nothing: never a file outside the two folders."""
        folder = STYLES if scheme == "papers" else self.folder if scheme == "file" else None
        found = (folder / path).resolve() if folder else None
        return found if found and folder and found.parent == folder.resolve() and found.suffix in KINDS else None
