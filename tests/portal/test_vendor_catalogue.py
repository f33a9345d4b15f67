"""Our Chinese for the libraries: complete, no more than needed, and faithful to the placeholders."""

import re
import subprocess
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation.trans_real import DjangoTranslation

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
MARKUP = re.compile(r"<[^>]+>")


@pytest.fixture
def vendor_catalogue():
    spec = spec_from_file_location("vendor_catalogue", ROOT / "deploy" / "local" / "vendor_catalogue.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def compiled(vendor_catalogue, tmp_path):
    """The supplement as Django reads it, away from the checkout."""
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for domain in vendor_catalogue.DOMAINS:
        source = vendor_catalogue.SUPPLEMENT / "zh_Hans" / "LC_MESSAGES" / f"{domain}.po"
        command = ["msgfmt", "--check", "-o", str(folder / f"{domain}.mo"), str(source)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")
    return tmp_path


def differing(entry, pattern):
    """Whether what stands between the words changed: a Chinese plural has the one form, made from the plural."""
    original = entry.msgid_plural or entry.msgid
    chinese = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
    return Counter(pattern.findall(original)) != Counter(pattern.findall(chinese))


def test_every_message_of_the_libraries_has_chinese(vendor_catalogue, capsys):
    assert vendor_catalogue.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_message_without_chinese_is_listed_and_fails_the_check(vendor_catalogue, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for domain in vendor_catalogue.DOMAINS:
        catalogue = vendor_catalogue.supplement(domain)
        entry = catalogue.find("Autosave is paused") or catalogue.find("Split block")
        entry.msgstr = ""
        catalogue.save(str(folder / f"{domain}.po"))
    monkeypatch.setattr(vendor_catalogue, "SUPPLEMENT", tmp_path)
    assert vendor_catalogue.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "django: wagtail.admin: Autosave is paused",
        "djangojs: wagtail.admin: Split block",
    ]
    assert vendor_catalogue.main([]) == 0
    assert [entry.msgid for entry in polib.pofile(capsys.readouterr().out)] == ["Autosave is paused", "Split block"]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_supplement_has_only_what_the_libraries_use_and_leave_untranslated(vendor_catalogue, domain):
    used = {vendor_catalogue.key_of(entry) for _package, entry in vendor_catalogue.library_messages(domain)}
    needed = used - vendor_catalogue.library_translations(domain)
    entries = vendor_catalogue.supplement(domain)
    idle = [entry for entry in entries if vendor_catalogue.key_of(entry) not in needed]
    assert [entry.msgid for entry in idle if not entry.tcomment.startswith("instead of the library's own words")] == []
    assert [entry.msgid for entry in entries if not entry.translated()] == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_chinese_keeps_every_placeholder_and_tag(vendor_catalogue, domain):
    entries = vendor_catalogue.supplement(domain)
    assert [entry.msgid for entry in entries if differing(entry, PLACEHOLDER)] == []
    assert [entry.msgid for entry in entries if differing(entry, MARKUP)] == []


def test_django_finds_the_supplement(compiled, settings):
    settings.LOCALE_PATHS = [compiled]
    with translation.override("zh-hans"):
        assert gettext("Locked by workflow") == "由工作流锁定"
        assert gettext("Save draft") == "保存草稿"  # Wagtail's own
        assert gettext("is greater than") == "大于"
        assert ngettext("Referenced %(count)s time", "Referenced %(count)s times", 1) == "被引用 %(count)s 次"
    with translation.override("en"):
        assert gettext("Locked by workflow") == "Locked by workflow"


def test_the_admin_scripts_find_the_supplement(compiled, settings, vendor_catalogue):
    settings.LOCALE_PATHS = [compiled]
    folder = vendor_catalogue.catalogue_path("wagtail.admin", "zh_Hans", "djangojs").parents[2]
    scripts = DjangoTranslation("zh-hans", domain="djangojs", localedirs=[str(folder)])
    assert scripts.gettext("Changes have been autosaved.") == "更改已自动保存。"
    assert scripts.ngettext("%(num)s error", "%(num)s errors", 2) == "%(num)s 处错误"
    assert scripts.gettext("Pin toolbar") == "固定工具栏"  # Wagtail's own
