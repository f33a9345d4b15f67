"""What the libraries show in English to someone reading Chinese, because nobody has translated it.

Translated means where Django would find it: in a library's compiled zh_Hans catalogue, Django's own, or locale_vendor/.

    python deploy/local/vendor_catalogue.py            print the missing messages as .po entries, to paste and fill in
    python deploy/local/vendor_catalogue.py --check    list them in a line each; exit 1 when there are any
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import polib

SUPPLEMENT = Path(__file__).resolve().parents[2] / "locale_vendor"
LOCALE = "zh_Hans"
DOMAINS = ("django", "djangojs")

# Those whose words people see, each with the catalogue that names all of its messages.
LIBRARIES = {
    "allauth": "en",
    "django_filters": "zh_CN",  # Chinese under a name that Django does not look up for zh-hans
    "django_tables2": "en",
    "import_export": "zh_Hans",
    "taggit": "en",
    "wagtail": "en",
    "wagtail.admin": "en",
    "wagtail.contrib.settings": "en",
    "wagtail.documents": "en",
    "wagtail.embeds": "en",
    "wagtail.images": "en",
    "wagtail.search": "en",
    "wagtail.sites": "en",
    "wagtail.snippets": "en",
    "wagtail.users": "en",
}
DJANGO = ("django.conf", "django.contrib.auth", "django.contrib.humanize", "django.contrib.postgres")

# Parts of those libraries that are not installed here.
UNUSED = (
    "contrib/",
    "headless/",
    "idp/",
    "socialaccount/",
    "templates/idp/",
    "templates/openid/",
    "templates/socialaccount/",
)

Key = tuple[str | None, str, bool]  # context, message, whether it has a plural


def key_of(entry: polib.POEntry | polib.MOEntry) -> Key:
    """What Django looks a message up by."""
    return entry.msgctxt or None, entry.msgid, bool(entry.msgid_plural)


def catalogue_path(package: str, locale: str, domain: str) -> Path:
    """Where a package keeps a catalogue, without the suffix; the file need not exist."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed; correct LIBRARIES in {Path(__file__).name}.")
    return Path(spec.submodule_search_locations[0], "locale", locale, "LC_MESSAGES", domain)


def library_messages(domain: str) -> Iterator[tuple[str, polib.POEntry]]:
    """Each message of each library that can reach a screen, with the library's name."""
    for package, reference in LIBRARIES.items():
        path = catalogue_path(package, reference, domain).with_suffix(".po")
        if not path.exists() and domain == "django":
            raise SystemExit(f"{path} is gone; name another reference catalogue for {package}.")
        for entry in polib.pofile(str(path)) if path.exists() else ():
            files = [file for file, _line in entry.occurrences]
            if not entry.obsolete and not (files and all(file.startswith(UNUSED) for file in files)):
                yield package, entry


def library_translations(domain: str) -> set[Key]:
    """The messages that the libraries and Django translate themselves, as compiled."""
    paths = [catalogue_path(package, LOCALE, domain).with_suffix(".mo") for package in (*LIBRARIES, *DJANGO)]
    return {key_of(entry) for path in paths if path.exists() for entry in polib.mofile(str(path))}


def supplement(domain: str) -> polib.POFile:
    """Our own catalogue for the libraries."""
    return polib.pofile(str(SUPPLEMENT / LOCALE / "LC_MESSAGES" / f"{domain}.po"))


def missing_messages(domain: str) -> dict[Key, tuple[str, polib.POEntry]]:
    """The messages with no Chinese anywhere, each with the first library that has it."""
    known = library_translations(domain) | {key_of(entry) for entry in supplement(domain) if entry.translated()}
    missing: dict[Key, tuple[str, polib.POEntry]] = {}
    for package, entry in library_messages(domain):
        if key_of(entry) not in known:
            missing.setdefault(key_of(entry), (package, entry))
    return missing


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="list what is missing, and exit 1 when anything is")
    is_check = parser.parse_args(arguments).check
    missing = [(domain, *found) for domain in DOMAINS for found in missing_messages(domain).values()]
    for domain, package, entry in missing:
        entry.msgstr_plural = {0: ""} if entry.msgid_plural else {}
        entry.comment = f"{domain}: {package}\n{entry.comment}".strip()
        print(f"{domain}: {package}: {entry.msgid}" if is_check else entry)
    if is_check and missing:
        print(f"{len(missing)} messages have no Chinese; add them to {SUPPLEMENT.name}.", file=sys.stderr)
    return 1 if is_check and missing else 0


if __name__ == "__main__":
    sys.exit(main())
