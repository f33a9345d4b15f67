"""How a city's routes come into force: drafted by one policy officer, published by another, proven by their examples.

The edition that a pack follows ends the day before, in the same transaction.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.database import period
from residency.routes.errors import RouteError
from residency.routes.models import RoutePack
from residency.routes.rules.checking import pack_problems
from residency.routes.rules.packs import Pack, pack_plain, pack_read
from residency.routes.rules.shapes import PackError, json_ready
from residency.routes.states import PACK_KEEPERS, PackState

Plain = Mapping[str, Any]


@transaction.atomic
def pack_draft(*, data: Plain, actor: User, at: datetime, follows_id: int | None = None) -> RoutePack:
    """Keep a draft as it was typed or uploaded, problems and all; nothing holds before another publishes it.

    Asks only for what names a pack: city, code, title, edition and its first day.
    """
    _only_keepers(actor, at)
    pack = RoutePack(drafted_by=actor, drafted_at=at, follows_id=follows_id)
    _fill(pack, data)
    pack.save()
    audit_record("routes.pack.drafted", pack, actor=actor, data=_said(pack))
    return pack


@transaction.atomic
def pack_redraft(*, pack_id: int, data: Plain, actor: User, at: datetime, seen: str = "") -> RoutePack:
    """Change a draft. Whoever changes it becomes its drafter and cannot publish it.

    ``seen`` is the digest of the draft the officer had before her: refused when another changed it meanwhile.
    """
    _only_keepers(actor, at)
    pack = _draft(pack_id)
    _as_seen(pack, seen)
    pack.drafted_by, pack.drafted_at = actor, at
    _fill(pack, data)
    pack.save()
    audit_record("routes.pack.redrafted", pack, actor=actor, data=_said(pack))
    return pack


@transaction.atomic
def pack_publish(*, pack_id: int, actor: User, at: datetime, reason: str = "", seen: str = "") -> RoutePack:
    """Put a draft in force. Refused with every problem found, and when an example of its own is answered otherwise.

    Also refused for whoever drafted it, over a later edition, for a day already past without a reason, and for another
    city's pack that is not marked as reference.
    """
    _only_keepers(actor, at)
    pack = _draft(pack_id)
    _as_seen(pack, seen)
    if pack.drafted_by_id == actor.pk:
        raise RouteError("same_person", _("起草人不能发布自己起草的内容，请由另一位政策管理人员核对后发布。"))
    _sound(pack)
    if pack.effective.lower < timezone.localdate(at) and not reason.strip():
        raise RouteError("reason_missing", _("执行日期早于今天，会影响已经过去的日子。请写明理由后再发布。"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"routes {pack.city_code} {pack.code}"])
    closed = _make_room(pack)
    # One way to write it: what stands as it would by default is left out.
    pack.content = json_ready(pack_plain(pack_read(pack.content)))
    pack.digest = _digest(pack.content)
    pack.state, pack.published_by, pack.published_at = PackState.PUBLISHED, actor, at
    pack.save(update_fields=["content", "digest", "state", "published_by", "published_at"])
    audit_record("routes.pack.published", pack, actor=actor, reason=reason, data=_said(pack) | {"closed": closed})
    return pack


@transaction.atomic
def pack_draft_withdraw(*, pack_id: int, actor: User, at: datetime, reason: str = "") -> RoutePack:
    """Withdraw a draft; the row stays, so that the proposal can still be read."""
    _only_keepers(actor, at)
    pack = _draft(pack_id)
    pack.state = PackState.WITHDRAWN
    pack.save(update_fields=["state"])
    audit_record("routes.pack.draft_withdrawn", pack, actor=actor, reason=reason, data=_said(pack))
    return pack


@transaction.atomic
def packs_load(*, packs: list[Pack], at: datetime) -> int:
    """Add packs that come with the platform; returns how many are new. One that differs from its row is refused."""
    added = 0
    for pack in packs:
        plain = json_ready(pack_plain(pack))
        row = RoutePack.objects.filter(
            city_code=pack.city_code, code=pack.code, edition=pack.edition, drafted_by=None, state=PackState.PUBLISHED
        ).first()
        if row is not None:
            if row.digest != _digest(plain):
                raise RouteError("pack_differs", f"The published pack {row} differs from its file.")
            continue
        row = RoutePack(drafted_at=at, state=PackState.PUBLISHED, published_at=at)
        _fill(row, plain)
        row.save()
        audit_record("routes.pack.loaded", row, actor=None, data=_said(row))
        added += 1
    return added


def _fill(pack: RoutePack, data: Plain) -> None:
    plain = json_ready(data)
    named = {name: str(plain.get(name) or "").strip() for name in ("city_code", "code", "title", "edition")}
    since, until = _day(plain.get("since")), _day(plain.get("until"))
    if since is None or not all(named.values()):
        raise RouteError("unnamed", _("请先填写城市代码、代码、名称、版本和开始日，其余内容可以以后再填。"))
    for name, value in named.items():
        field: Any = RoutePack._meta.get_field(name)
        if len(value) > field.max_length:
            raise RouteError(
                "too_long",
                _("“%(name)s”最多 %(count)s 个字，请写短一些。")
                % {"name": field.verbose_name, "count": field.max_length},
            )
    if until is not None and until < since:
        raise RouteError("ends_before_it_begins", _("最后一天早于开始日，请核对。"))
    pack.city_code, pack.code = named["city_code"], named["code"]
    pack.title, pack.edition = named["title"], named["edition"]
    pack.effective = period(since, until)
    pack.is_reference = plain.get("is_reference") is True
    pack.content, pack.digest = plain, _digest(plain)


def _sound(pack: RoutePack) -> None:
    try:
        found = pack_problems(pack_read(pack.content))
    except PackError as error:
        found = list(error.problems)
    if found:
        shown = "；".join(str(problem) for problem in found[:5])
        raise RouteError(
            "unsound", _("还有 %(count)s 处问题，没有发布：%(shown)s") % {"count": len(found), "shown": shown}
        )
    if pack.city_code != settings.CITY_CODE and not pack.is_reference:
        raise RouteError("other_city", _("这不是本市的办法，只能作为参考。请勾选“仅供参考”后再发布。"))


def _make_room(pack: RoutePack) -> list[int]:
    """End the edition that holds on the first day; refuse to run over a later one."""
    closed = []
    former = RoutePack.objects.select_for_update(of=("self",)).filter(
        city_code=pack.city_code, code=pack.code, state=PackState.PUBLISHED, effective__overlap=pack.effective
    )
    for other in former:
        if other.effective.lower >= pack.effective.lower:
            raise RouteError(
                "overlaps_later",
                _("从 %(day)s 起已有发布的“%(name)s”，没有发布。请把截止日期定在它之前，或把起始日期定在它之后。")
                % {"day": other.effective.lower.isoformat(), "name": str(other)},
            )
        other.effective = DateRange(other.effective.lower, pack.effective.lower, "[)")
        other.save(update_fields=["effective"])
        closed.append(other.pk)
    return closed


def _draft(pk: int) -> RoutePack:
    pack = RoutePack.objects.select_for_update(of=("self",)).get(pk=pk)
    if pack.state != PackState.DRAFT:
        raise RouteError("not_a_draft", _("这一版已经不是草稿，不能再改。需要修改时，请在它的基础上新起一稿。"))
    return pack


def _as_seen(pack: RoutePack, seen: str) -> None:
    if seen and seen != pack.digest:
        raise RouteError("changed_since", _("您打开页面以后，草稿又改过了，没有保存。请重新看一遍再改。"))


def _only_keepers(actor: User, at: datetime) -> None:
    if not PACK_KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("只有政策管理人员可以设置落户办法。"))


def _digest(plain: Any) -> str:
    return sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _said(pack: RoutePack) -> dict[str, Any]:
    last = pack.effective.upper
    return {
        "city": pack.city_code,
        "code": pack.code,
        "edition": pack.edition,
        "digest": pack.digest,
        "from": pack.effective.lower.isoformat(),
        "before": last.isoformat() if last else None,
    }
