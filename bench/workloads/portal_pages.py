"""G1: a service guide with its policy figures. G2: the search. Both over a site of 20,000 pages."""

import json
import random
from urllib.parse import quote
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from bench.data import WORDS, ensure, sentence
from bench.measure import Result, under_load

PAGES = 20_000
VERSION = "portal-pages/1"


def guide_page() -> Result:
    from portal.cms.models import GuidePage

    ensure(VERSION, _fill)
    paths = [page.get_url() for page in GuidePage.objects.live()]
    return under_load(8871, paths)


def page_search() -> Result:
    ensure(VERSION, _fill)
    pairs = [a + b for a in WORDS[:12] for b in WORDS[20:32]]
    words = ["月嫂", "护理", "筼筜湖", "培训补贴", "申领条件", *pairs]
    return under_load(8872, [f"/search/?q={quote(word)}" for word in words])


def _fill() -> None:
    """Base data, then news pages straight into the tables, then the search index."""
    call_command("base_load", verbosity=0)
    from portal.cms.models import NewsIndexPage, NewsPage

    source = random.Random(20261123)
    index = NewsIndexPage.objects.get()
    kind = ContentType.objects.get_for_model(NewsPage)
    now = timezone.now()
    with transaction.atomic():
        pages = Page.objects.bulk_create(
            [
                Page(
                    title=sentence(source, 4), draft_title="", slug=f"n-{n}", content_type=kind, locale=index.locale,
                    path=Page._get_path(index.path, index.depth + 1, n), depth=index.depth + 1,
                    url_path=f"{index.url_path}n-{n}/", first_published_at=now, last_published_at=now,
                    translation_key=uuid4(), live=True,
                )
                for n in range(1, PAGES + 1)
            ],
            batch_size=2000,
        )  # fmt: skip
        rows = [(page.pk, sentence(source, 6), _body(source)) for page in pages]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO cms_newspage (page_ptr_id, summary, body) VALUES (%s, %s, %s)", rows)
        Page.objects.filter(pk=index.pk).update(numchild=PAGES)
    call_command("update_index", verbosity=0)


def _body(source: random.Random) -> str:
    paragraphs = [
        {"type": "paragraph", "value": f"<p>{sentence(source, 40)}</p>", "id": str(uuid4())} for _ in range(3)
    ]
    return json.dumps(paragraphs, ensure_ascii=False)
