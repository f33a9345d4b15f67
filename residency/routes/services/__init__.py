"""What is done with packs of routes and with estimates."""

from residency.routes.services.keeping import answers_forget, answers_save, estimate_forget, estimate_save
from residency.routes.services.packs import pack_draft, pack_draft_withdraw, pack_publish, pack_redraft

__all__ = [
    "answers_forget",
    "answers_save",
    "estimate_forget",
    "estimate_save",
    "pack_draft",
    "pack_draft_withdraw",
    "pack_publish",
    "pack_redraft",
]
