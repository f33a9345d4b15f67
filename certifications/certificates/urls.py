"""Pages of certificates: level certificates and those from before; training certificates."""

from django.urls import URLPattern, URLResolver

from certifications.certificates import level_urls, training_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *level_urls.urlpatterns,
    *training_urls.urlpatterns,
]
