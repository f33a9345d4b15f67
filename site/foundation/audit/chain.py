"""Walks the chain of events and says, in a sentence each, where it does not hold.

The digests are computed here, from the stored columns, and not by the database that is being checked. The canonical
text is the one of ``audit_canonical`` in the first migration.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from foundation.audit.models import AuditDayHead

ORIGIN = bytes(32)
BATCH = 5000

_LINKS = """
SELECT l.day, l.number, l.event_id, l.previous, l.digest, e.id,
       (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_id, e.on_behalf_of_id, e.action, e.object_type,
       e.object_id, e.object_label, e.reason, e.data::text, e.request_id
  FROM audit_auditlink l LEFT JOIN audit_auditevent e ON e.id = l.event_id
 WHERE (l.day, l.number) > (%s, %s) AND l.day <= %s
 ORDER BY l.day, l.number LIMIT %s
"""
_LAST_BEFORE = "SELECT digest FROM audit_auditlink WHERE day < %s ORDER BY day DESC, number DESC LIMIT 1"
# The zone is the one of the trigger that links the events: a day must be the same day for both.
_UNLINKED = """
SELECT e.id, (e.at AT TIME ZONE 'Asia/Shanghai')::date FROM audit_auditevent e
 WHERE NOT EXISTS (SELECT FROM audit_auditlink l WHERE l.event_id = e.id)
   AND (e.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %s AND %s
 ORDER BY e.id
"""


@dataclass(frozen=True)
class ChainFault:
    """One place where the chain does not hold, and the row it concerns as far as it can be told."""

    code: str
    sentence: str
    day: date
    number: int | None = None
    event_id: int | None = None


class _Link(NamedTuple):
    day: date
    number: int
    event_id: int
    previous: bytes
    digest: bytes
    event: tuple[Any, ...] | None

    def digest_after(self, previous: bytes) -> bytes:
        return link_digest(previous, (self.day.isoformat(), self.number, *(self.event or ())))

    @property
    def place(self) -> dict[str, Any]:
        return {"day": self.day, "number": self.number, "event": self.event_id}

    def fault(self, code: str, sentence: str) -> ChainFault:
        return ChainFault(code, sentence % self.place, self.day, self.number, self.event_id)


def link_digest(previous: bytes, parts: tuple[Any, ...]) -> bytes:
    """SHA-256 over the digest before and the parts, each led by its length in bytes; None is a dash."""
    text = bytearray(previous)
    for part in parts:
        if part is None:
            text += b"-"
        else:
            encoded = str(part).encode()
            text += b"%d:%b" % (len(encoded), encoded)
    return hashlib.sha256(text).digest()


@dataclass
class ChainCheck:
    """One walk over the days ``since`` … ``until`` (both included; None is open).

    ``faults()`` yields as it finds and reads in batches. Afterwards ``count`` is the number of links read and ``heads``
    the last digest of every day. ``kept`` are digests of days kept outside the database, to be compared too.
    """

    since: date | None = None
    until: date | None = None
    kept: Mapping[date, bytes] = field(default_factory=dict)
    count: int = 0
    heads: dict[date, tuple[int, bytes]] = field(default_factory=dict)

    def faults(self) -> Iterator[ChainFault]:
        """Every fault, in the order of the chain, then what the heads and the events without link tell."""
        # Read before the links: a day that is sealed meanwhile would seem to differ.
        sealed = {head.day: head for head in AuditDayHead.objects.order_by("day") if self._covers(head.day)}
        yield from self._walk({day: bytes(head.digest) for day, head in sealed.items()})
        yield from self._against_heads(sealed)
        yield from self._unlinked()

    def _covers(self, day: date) -> bool:
        return (self.since or date.min) <= day <= (self.until or date.max)

    def _links(self) -> Iterator[_Link]:
        day, number = self.since or date.min, 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(_LINKS, [day, number, self.until or date.max, BATCH])
                rows = cursor.fetchall()
            for row in rows:
                event = row[5:] if row[5] is not None else None
                yield _Link(row[0], row[1], row[2], bytes(row[3]), bytes(row[4]), event)
            if len(rows) < BATCH:
                return
            day, number = rows[-1][:2]

    def _origin(self) -> bytes:
        if self.since is None:
            return ORIGIN
        with connection.cursor() as cursor:
            cursor.execute(_LAST_BEFORE, [self.since])
            row = cursor.fetchone()
        return bytes(row[0]) if row else ORIGIN

    def _walk(self, sealed: Mapping[date, bytes]) -> Iterator[ChainFault]:
        before = self._origin()
        last: _Link | None = None
        doubtful: bytes | None = None  # the digest the last link should have, where it has another
        for link in chain(self._links(), [None]):
            if last is not None and doubtful is not None:
                # What follows, the next link or the head, tells whether the link or the event was changed.
                witness = link.previous if link is not None else sealed.get(last.day)
                yield _changed_link(last) if witness == doubtful else _changed_event(last)
                if witness == doubtful:
                    before = doubtful
                    self.heads[last.day] = (last.number, doubtful)
            if link is None:
                return
            yield from _misplaced(link, last, before)
            doubtful = None
            if link.event is None:
                yield _missing_event(link)
            elif link.digest != (expected := link.digest_after(link.previous)) and link.digest != link.digest_after(
                before
            ):
                doubtful = expected
            self.count += 1
            self.heads[link.day] = (link.number, link.digest)
            last, before = link, link.digest

    def _against_heads(self, sealed: Mapping[date, AuditDayHead]) -> Iterator[ChainFault]:
        for day, head in sealed.items():
            count, digest = self.heads.get(day, (0, b""))
            if (count, digest) != (head.count, bytes(head.digest)):
                yield ChainFault(
                    "head_differs",
                    _("%(day)s：封存时共 %(sealed)s 条，末条摘要 %(digest)s；现有 %(count)s 条，末条摘要不同或缺失。")
                    % {"day": day, "sealed": head.count, "digest": bytes(head.digest).hex(), "count": count},
                    day,
                    head.count,
                )
        for day in sorted(self.heads):
            if sealed and min(sealed) < day < max(sealed) and day not in sealed:
                yield ChainFault("head_removed", _("%(day)s：当日的封存记录已被删除。") % {"day": day}, day)
        for day, kept in sorted(self.kept.items()):
            if self._covers(day) and self.heads.get(day, (0, b""))[1] != kept:
                sentence = _("%(day)s：末条摘要与库外留存的 %(digest)s 不同。") % {"day": day, "digest": kept.hex()}
                yield ChainFault("kept_head_differs", sentence, day)

    def _unlinked(self) -> Iterator[ChainFault]:
        with connection.cursor() as cursor:
            cursor.execute(_UNLINKED, [self.since or date.min, self.until or date.max])
            for event_id, day in cursor.fetchall():
                sentence = _("操作记录 %(event)s（%(day)s）不在链条中：绕过触发器写入，或其链条记录已被删除。")
                yield ChainFault("event_unlinked", sentence % {"event": event_id, "day": day}, day, None, event_id)


def _misplaced(link: _Link, last: _Link | None, before: bytes) -> Iterator[ChainFault]:
    """Whether a link follows the one before it, by number and by digest."""
    same_day = last is not None and last.day == link.day
    follows = last.number + 1 if last is not None and same_day else 1
    if link.number > follows:
        sentence = _("%(day)s：第 %(first)s 至 %(last)s 条链条记录已被删除（位于操作记录 %(event)s 之前）。")
        values = {"day": link.day, "first": follows, "last": link.number - 1, "event": link.event_id}
        yield ChainFault("link_removed", sentence % values, link.day, follows)
    elif link.previous == before:
        return
    elif link.event is not None and link.digest_after(before) == link.digest:
        yield link.fault(
            "link_altered", _("%(day)s 第 %(number)s 条：链条记录（操作记录 %(event)s）所记的上一条摘要已被改动。")
        )
    elif same_day:
        yield link.fault(
            "link_broken", _("%(day)s 第 %(number)s 条（操作记录 %(event)s）与上一条接不上：两条之一已被改动。")
        )
    else:
        yield link.fault(
            "tail_removed",
            _("%(day)s 第 %(number)s 条（操作记录 %(event)s）之前的日期，末尾的链条记录已被删除或改动。"),
        )


def _missing_event(link: _Link) -> ChainFault:
    return link.fault("event_removed", _("%(day)s 第 %(number)s 条：操作记录 %(event)s 已被删除，链条中只剩其摘要。"))


def _changed_link(link: _Link) -> ChainFault:
    return link.fault("link_altered", _("%(day)s 第 %(number)s 条：链条记录（操作记录 %(event)s）的摘要已被改动。"))


def _changed_event(link: _Link) -> ChainFault:
    return link.fault(
        "event_altered", _("%(day)s 第 %(number)s 条：操作记录 %(event)s 的内容与当时的摘要不符，已被改动。")
    )
