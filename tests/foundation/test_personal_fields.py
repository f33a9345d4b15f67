"""Every column named like personal data is encrypted, or stands here with the reason why not."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from foundation.crypto.fields import BlindIndexField, EncryptedTextField

OUR_FLOORS = ("portal", "exchange", "workers", "foundation", "courses", "certifications", "subsidies", "residency")

# Any of these as a word of the column's name, or the whole name.
PERSONAL_WORDS = {
    "account", "accounts", "address", "bank", "birth", "birthday", "birthdate", "born", "card", "email", "ethnicity",
    "face", "fax", "fingerprint", "health", "mail", "mobile", "nation", "passport", "phone", "photo",
    "photograph", "portrait", "salary", "selfie", "signature", "tel", "telephone", "wage", "wechat",
}  # fmt: skip
PERSONAL_NAMES = {
    "name", "full_name", "real_name", "first_name", "last_name", "family_name", "given_name", "former_name", "nickname",
    "person_name", "worker_name", "contact", "contact_name", "id_number", "id_card", "id_no", "identity_number",
}  # fmt: skip

NO_PERSON = "names a thing or a body, not a person"
ALLOWED = {
    "accounts.Organisation.name": NO_PERSON,
    "applications.ConditionName.name": "names an occupation, a subject or a post, not a person",
    "accounts.User.email": "staff only, optional; work addresses used for notices, never asked of workers",
    "accounts.PhoneCode.phone_index": "a keyed hash; the row lives for minutes, so no rotation needs to reach it",
    "accounts.User.name": "staff only: the name under which they act in public duty; a worker's stands in her file",
    "calendar.CalendarDay.name": "of a holiday, not of a person",
    "calendar.Clock.name": NO_PERSON,
    "cms.GovernmentFooter.address": "the bureau's own, printed on every page",
    "cms.GovernmentFooter.phone": "the bureau's own, printed on every page",
    "cms.GuidePage.complaint_phone": "an office's, published for everybody to call",
    "cms.GuidePage.enquiry_phone": "an office's, published for everybody to call",
    "cms.SchoolPage.address": "a school's, published for everybody to find it",
    "cms.SchoolPage.phone": "a school's, published for everybody to call",
    "catalogue.Occupation.name": NO_PERSON,
    "catalogue.WorkType.name": NO_PERSON,
    "classes.ClassRun.contact_phone": "a school's office line, told to everybody who enrols",
    "classes.ClassRun.name": NO_PERSON,
    "claims.SchoolAccount.bank": "which bank, not which account; the account beside it is encrypted",
    "classes.Enrolment.bank": "which bank, not which account; the account beside it is encrypted",
    "certificates.TrainingCertificate.photo": "a file in private storage; the column holds a name made of its digest",
    "content.Question.fingerprint": "a digest of a question's words, no finger of anybody",
    "notices.NoticeLine.masked_id_number": "masked already, as the public notice prints it",
    "operations.Stamp.name": NO_PERSON,
    "plans.PlanRoom.address": "of a room where candidates are to come: printed on every ticket",
    "plans.PlanRoom.name": NO_PERSON,
    "policy.PolicyDocument.address": "where a published document stands on the web",
    "schemes.Scheme.name": NO_PERSON,
    "schools.Premises.address": "of a room classes meet in, published for learners to find it",
    "schools.Premises.name": NO_PERSON,
    "schools.School.address": "a school's, published for everybody to find it",
    "schools.School.contact_name": "whom the public calls at a school, published by the school itself",
    "schools.School.contact_phone": "an office's, published for everybody to call",
    "bodies.AssessmentBody.address": "where a body stands: published",
    "bodies.AssessmentBody.contact_name": "whom to call at a body: published",
    "bodies.AssessmentBody.contact_phone": "an office telephone of a body: published",
    "bodies.Assessor.name": "who assesses acts in public duty and stands on every plan; her numbers are encrypted",
    "schools.Teacher.name": "who teaches acts in public duty and stands on every timetable; her number is encrypted",
    "schools.TeacherQualification.name": NO_PERSON,
    "workers.PersonGroup.name": NO_PERSON,
    "workers.PersonGroupAlias.name": NO_PERSON,
    "workers.Worker.account_proof": "a code for how the sign-in account was tied to the file, no account number",
    "workers.Worker.birth_year": "the year alone, for figures by age; the date stays in the encrypted number",
    "workers.Worker.photo": "a file in private storage, outside every web address; the column holds a random file name",
}


def is_named_like_personal_data(name):
    return name in PERSONAL_NAMES or bool(PERSONAL_WORDS & set(name.split("_"))) or "id_number" in name


def our_fields():
    """Every column of our own apps that holds a value of its own: not a link, not a moment, not yes or no."""
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith(tuple(f"{floor}." for floor in OUR_FLOORS)):
            continue
        for field in model._meta.get_fields():
            if not getattr(field, "concrete", False) or field.is_relation or field.model is not model:
                continue
            if not isinstance(field, models.DateTimeField | models.BooleanField | BlindIndexField):
                yield f"{model._meta.label}.{field.name}", field


def test_every_field_named_like_personal_data_is_encrypted_or_listed_with_a_reason():
    plain = {
        label
        for label, field in our_fields()
        if is_named_like_personal_data(field.name) and not isinstance(field, EncryptedTextField)
    }
    assert plain - set(ALLOWED) == set(), "encrypt these, or list them in ALLOWED with the reason"


def test_the_list_names_only_fields_that_exist_and_are_plain():
    plain = {label for label, field in our_fields() if not isinstance(field, EncryptedTextField)}
    assert set(ALLOWED) - plain == set(), "these are gone or encrypted: take them off the list"
    assert all(len(reason) > 10 for reason in ALLOWED.values())


@pytest.mark.parametrize(
    ("name", "is_personal"),
    [
        ("id_number", True), ("phone", True), ("home_address", True), ("bank_account", True), ("card_number", True),
        ("birth_on", True), ("photo", True), ("name", True), ("old_id_number", True), ("guardian_phone", True),
        ("is_active", False), ("version", False), ("receiver", False), ("accountable", False),
    ],
)  # fmt: skip
def test_what_counts_as_a_personal_name(name, is_personal):
    assert is_named_like_personal_data(name) is is_personal


def test_every_blind_index_belongs_to_an_encrypted_field_of_its_model():
    indexes = [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, BlindIndexField)
    ]
    assert indexes
    for model, field in indexes:
        assert isinstance(model._meta.get_field(field.source), EncryptedTextField), f"{model._meta.label}.{field.name}"


def test_the_test_sees_our_apps():
    seen = {label.split(".", maxsplit=1)[0] for label, _ in our_fields()}
    ours = {name.split(".")[-1] for name in settings.INSTALLED_APPS if name.startswith("foundation.")}
    assert {"accounts", "audit", "privacy"} <= seen & ours
