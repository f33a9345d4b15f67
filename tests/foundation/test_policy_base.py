"""The base data: it comes in once, names its sources, ends where it ends, and never changes what is published."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from foundation.audit.models import AuditEvent
from foundation.policy import base_files, base_loading, selectors, services
from foundation.policy.errors import PolicyError, PolicyGapError
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument
from foundation.policy.services import VersionFields
from foundation.policy.states import NATION, PLACES, Provenance, Unit
from tests.foundation.policy_builders import a_document, an_officer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
XIAMEN = "350200"


@pytest.fixture
def loaded():
    return services.base_data_load(on=TODAY)


def test_loading_twice_changes_nothing(loaded):
    before = [list(model.objects.order_by("pk").values()) for model in (PolicyDocument, Parameter, ParameterVersion)]
    again = services.base_data_load(on=date(2026, 12, 1))
    after = [list(model.objects.order_by("pk").values()) for model in (PolicyDocument, Parameter, ParameterVersion)]
    assert after == before
    assert again.changed_anything is False
    assert +again.kept == loaded.added
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["policy.base.loaded"]


@pytest.mark.parametrize(
    ("code", "day", "fen", "verified"),
    [
        ("subsidy.training.amount.special", "2025-05-14", 50000, False),
        ("subsidy.training.amount.special", "2025-05-15", 50000, True),
        ("subsidy.training.amount.level5", "2023-12-20", 70000, False),
        ("subsidy.training.amount.level4", "2025-12-31", 100000, False),
        ("subsidy.training.amount.level3", "2025-01-01", 150000, False),
        ("subsidy.training.amount.level2", "2025-01-01", 200000, False),
        ("subsidy.training.amount.level1", "2025-01-01", 300000, False),
        ("subsidy.insurance.amount.level5", "2022-06-01", 80000, False),
        ("subsidy.insurance.amount.shortage.level3", "2023-06-01", 200000, False),
        ("subsidy.assessment.amount.special", "2023-06-01", 13000, False),
        ("award.eldercare.level.level1", "2023-06-01", 8000000, True),
        ("award.eldercare.entry.bachelor", "2023-06-01", 5000000, True),
    ],
)
def test_xiamens_amounts_are_those_found(loaded, code, day, fen, verified):
    figure = selectors.parameter_on(code, city=XIAMEN, on=date.fromisoformat(day))
    assert (figure.amount_fen, figure.verified) == (fen, verified)


@pytest.mark.parametrize(
    ("code", "day", "text"),
    [
        ("subsidy.training.uplift.shortage", "2024-06-01", "20%"),
        ("subsidy.training.uplift.key_occupation", "2024-06-01", "30%"),
        ("subsidy.training.claim_window", "2024-06-01", "6 个月"),
        ("subsidy.training.audit_limit", "2024-06-01", "7 个工作日"),
        ("subsidy.training.publicity_day", "2024-06-01", "每月 10 日"),
        ("subsidy.training.count.max", "2024-06-01", "3 次"),
        ("award.eldercare.level.instalments", "2023-06-01", "2 期"),
        ("study.credited_hour", "2026-11-23", "45 分钟"),
        ("assessment.pass_mark", "2026-11-23", "60 分"),
        ("talent.high_skill.level", "2026-11-23", "3 级"),
        ("subsidy.assessment.count.max", "2026-11-23", "3 次"),
    ],
)
def test_other_figures_that_answer_for_xiamen(loaded, code, day, text):
    assert selectors.parameter_on(code, city=XIAMEN, on=date.fromisoformat(day)).text == text


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("subsidy.training.amount.level5", "2023-12-19"),
        ("subsidy.training.amount.level5", "2026-01-01"),
        ("subsidy.training.uplift.shortage", "2024-05-31"),
        ("subsidy.training.count.max", "2026-01-01"),
        ("subsidy.training.claim_window", "2026-01-01"),
        ("subsidy.assessment.amount.level5", "2025-06-01"),
        ("allowance.living.amount", "2025-06-01"),
        ("award.eldercare.level.level5", "2024-01-01"),
        ("subsidy.insurance.amount.level5", "2024-01-01"),
    ],
)
def test_where_nothing_was_found_nothing_answers(loaded, code, day):
    with pytest.raises(PolicyGapError):
        selectors.parameter_on(code, city=XIAMEN, on=date.fromisoformat(day))


def test_quanzhous_figures_never_answer_for_xiamen(loaded):
    codes = set(Parameter.objects.filter(city_code="350500").values_list("code", flat=True))
    shared = set(Parameter.objects.filter(city_code=XIAMEN).values_list("code", flat=True))
    above = set(Parameter.objects.filter(city_code__in=["350000", "000000"]).values_list("code", flat=True))
    answers = selectors.figures_for(sorted(codes - shared - above), city=XIAMEN, on=date(2025, 1, 1))
    assert {type(answer) for answer in answers.values()} == {PolicyGapError}
    general = selectors.figures_for(sorted(codes & above), city=XIAMEN, on=date(2025, 1, 1))
    assert "350500" not in {getattr(answer, "city_code", "") for answer in general.values()}
    figure = selectors.parameter_on("subsidy.training.amount.six_groups.level5", city="350500", on=TODAY)
    assert figure.amount_fen == 84000


def test_every_row_names_its_source_its_days_and_how_it_was_found(loaded):
    for version in ParameterVersion.objects.select_related("parameter", "document"):
        assert version.effective.lower is not None
        assert version.provenance in Provenance.values
        assert version.document.address, version
        assert version.parameter.city_code in PLACES
        if version.parameter.unit == Unit.FEN:
            assert version.value == version.value.to_integral_value()
    for document in PolicyDocument.objects.all():
        assert document.provenance in Provenance.values
        assert not re.search(r"shared|facts/|S\d\d", document.address + document.note)
    assert not ParameterVersion.objects.exclude(verified_at=None).exists()


def test_what_is_not_official_text_waits_for_an_officer(loaded):
    seen = {version.provenance: version.is_verified for version in ParameterVersion.objects.all()}
    assert seen == {"F-A": True, "F-B": True, "F-C": False, "M-H": False, "M-M": False}


def changed_base(monkeypatch, **changes):
    data = base_files.read()
    row = next(row for row in data.parameters if row.code == "subsidy.training.amount.level5" and row.city == XIAMEN)
    [version] = row.versions
    fields = {name: getattr(version, name) for name in version.__slots__} | changes
    index = data.parameters.index(row)
    data.parameters[index] = base_files.BaseParameter(
        code=row.code, unit=row.unit, meaning=row.meaning, city=row.city, versions=(base_files.BaseVersion(**fields),)
    )
    monkeypatch.setattr(base_loading, "read", lambda folder: data)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": Decimal(71000)},
        {"until": date(2025, 12, 30)},
        {"until": None},
        {"article": "第九条"},
        {"provenance": "F-A"},
        {"document": "xm-2025-100"},
    ],
)
def test_a_base_file_never_changes_a_published_row(loaded, monkeypatch, changes):
    before = list(ParameterVersion.objects.order_by("pk").values())
    changed_base(monkeypatch, **changes)
    with pytest.raises(PolicyError) as refusal:
        services.base_data_load(on=TODAY)
    assert refusal.value.code == "base_data_changed"
    assert "subsidy.training.amount.level5" in refusal.value.message
    assert XIAMEN in refusal.value.message
    assert "2023-12-20" in refusal.value.message
    assert list(ParameterVersion.objects.order_by("pk").values()) == before
    with pytest.raises(CommandError, match="level5"):
        call_command("policy_load_base")


def test_an_officers_later_value_does_not_disturb_the_next_load(loaded):
    at = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    parameter = Parameter.objects.get(code="study.credited_hour", city_code=NATION)
    fields = VersionFields(
        value=Decimal(50), effective_from=date(2027, 1, 1), document_id=a_document(NATION).pk, provenance="F-A"
    )
    draft = services.parameter_draft(parameter_id=parameter.pk, fields=fields, actor=an_officer(), at=at)
    services.parameter_publish(version_id=draft.pk, actor=an_officer("李二"), at=at)
    services.base_data_load(on=TODAY)
    days = [date(2026, 12, 31), date(2027, 1, 1)]
    answers = [selectors.parameter_on("study.credited_hour", city=XIAMEN, on=day).value for day in days]
    assert answers == [45, 50]


def test_a_document_an_officer_corrected_stays_corrected(loaded):
    at = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    document = PolicyDocument.objects.get(base_key="fj-2024-scheme")
    services.document_record(
        document_id=document.pk,
        fields=services.DocumentFields(
            title=document.title, city_code="350000", level="province", provenance="F-A", doc_no="闽测〔2024〕7号"
        ),
        actor=an_officer(),
        at=at,
    )
    services.base_data_load(on=TODAY)
    document.refresh_from_db()
    assert document.doc_no == "闽测〔2024〕7号"


def test_the_command_says_what_it_did(capsys):
    call_command("policy_load_base")
    call_command("policy_load_base")
    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"新增：文件 [1-9]\d* 份，参数 [1-9]\d* 个，数值 [1-9]\d* 项。", first)
    nothing = "文件 0 份，参数 0 个，数值 0 项。"
    assert (second, third) == (f"保留：{nothing}", f"新增：{nothing}")
    assert fourth == first.replace("新增", "保留")


ROOT = Path(__file__).parents[2]
FOLDERS = [base_files.FOLDER, *sorted(ROOT.glob("*/*/base/rules")), *sorted(ROOT.glob("site/portal/*/base/rules"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_the_page_of_sources_lists_every_document_and_figure(folder):
    page = (ROOT / "docs/reference/policy-sources.md").read_text("utf-8")
    data = base_files.read(folder)
    assert data.documents
    assert [row.code for row in data.parameters if f"`{row.code}`" not in page] == []
    assert [row.title for row in data.documents if row.title not in page] == []
    ends = [f"{v.since} – {v.until or ''}" for row in data.parameters for v in row.versions]
    assert [end for end in ends if end not in page] == []
