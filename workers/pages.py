"""What the pages of the file share: who asks, which file, and files without a web address."""

import mimetypes

from django.core.files.storage import Storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from foundation.accounts.models import User
from workers.models import Worker
from workers.selectors import workers_visible_to


def officer_of(request: HttpRequest) -> User:
    """The account of a page that only officers open."""
    assert isinstance(request.user, User)
    return request.user


def worker_or_404(request: HttpRequest, pk: int) -> Worker:
    """A file the officer may see; another does not exist for her."""
    files = workers_visible_to(officer_of(request), on=timezone.localdate()).select_related("user")
    return get_object_or_404(files, pk=pk)


def private_file(storage: Storage, name: str | None) -> HttpResponseBase:
    """A file without a web address, sent to somebody who may see it."""
    if not name or not storage.exists(name):
        raise Http404
    return FileResponse(storage.open(name), content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
