import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

pages = get_wsgi_application()

from courses.study.gate import study_gate  # noqa: E402 - its models are there only now

application = study_gate(pages)
