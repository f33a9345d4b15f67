"""Personal data at rest and on screen."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from foundation.accounts.models import User
from foundation.crypto.cipher import blind_index, blind_indexes
from foundation.crypto.masking import mask_account, mask_id_number, mask_name, mask_phone, mask_text

pytestmark = pytest.mark.django_db


def test_the_database_never_sees_a_phone_number_in_plain():
    user = User.objects.create(username="w-1", phone="19900001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index FROM accounts_user WHERE id = %s", [user.pk])
        phone, index = cursor.fetchone()
    assert b"19900001234" not in bytes(phone)
    assert bytes(index) == blind_index("phone", "19900001234")
    assert User.objects.get(pk=user.pk).phone == "19900001234"


@pytest.mark.parametrize(
    "written", ["19900001234", " 199 0000 1234", "+86 19900001234", "１９９００００１２３４", "199-0000-1234"]
)
def test_a_phone_number_is_found_however_it_is_written(written):
    User.objects.create(username="w-1", phone="19900001234")
    assert User.objects.filter(phone_index__in=blind_indexes("phone", written)).count() == 1


def test_filtering_an_encrypted_field_is_an_error_not_an_empty_answer():
    with pytest.raises(FieldError):
        User.objects.filter(phone="19900001234")


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_id_number, "35020119880506002X", "350***********002X"),
        (mask_id_number, "123", "***"),
        (mask_phone, "19900001234", "199****1234"),
        (mask_name, "李小梅", "李**"),
        (mask_name, "李梅", "李*"),
        (mask_account, "9900001234567890", "************7890"),
        (mask_text, "证号35020119880506002X,电话19900001234。", "证号350***********002X,电话199****1234。"),
        (mask_text, "phone=+8619900001234", "phone=+86199****1234"),
        (mask_text, "证书 S000035990001265000001 第 12 页", "证书 S000035990001265000001 第 12 页"),
    ],
)
def test_masks(mask, value, shown):
    assert mask(value) == shown
