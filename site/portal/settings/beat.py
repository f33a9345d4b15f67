"""What runs by itself, and when. Times are Beijing time. Every task may run twice, or late, without harm."""

from datetime import timedelta

from celery.schedules import crontab

# A task sent while no worker runs is dropped after this, so that they do not pile up: the next one does its work.
SOON = {"expires": 60}

CELERY_BEAT_SCHEDULE = {
    "a sign of life": {
        "task": "portal.operations.tasks.heartbeat",
        "schedule": timedelta(seconds=30),
        "options": SOON,
    },
    "publish the pages whose hour has come": {
        "task": "portal.operations.tasks.scheduled_pages_publish",
        "schedule": timedelta(minutes=1),
        "options": SOON,
    },
    "send messages to other systems": {
        "task": "exchange.tasks.messages_send",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "handle messages that still wait": {
        "task": "exchange.tasks.inbound_handle_waiting",
        "schedule": timedelta(minutes=1),
        "options": SOON,
    },
    "take up interrupted imports": {
        "task": "foundation.imports.tasks.batches_resume",
        "schedule": timedelta(minutes=1),
        "options": SOON,
    },
    "ask those on rosters whether they enrolled": {
        "task": "courses.classes.tasks.invitations_send",
        "schedule": timedelta(minutes=5),
        "options": SOON,
    },
    "give kept places to the next": {
        "task": "courses.classes.tasks.places_lapse",
        "schedule": crontab(hour="*", minute=40),
    },
    "take up interrupted videos": {
        "task": "courses.content.tasks.videos_resume",
        "schedule": timedelta(minutes=1),
        "options": SOON,
    },
    "take up interrupted certificates": {
        "task": "certifications.certificates.tasks.batches_resume",
        "schedule": timedelta(minutes=1),
        "options": SOON,
    },
    "take up interrupted class claims": {
        "task": "subsidies.school_claims.tasks.sends_resume",
        "schedule": timedelta(minutes=1),
        "options": SOON,
    },
    "take up interrupted payment work": {
        "task": "subsidies.payments.tasks.jobs_resume",
        "schedule": timedelta(minutes=1),
        "options": SOON,
    },
    "make results final when their days of appeal are over": {
        "task": "certifications.scoring.tasks.results_finalise_due",
        "schedule": crontab(hour="*", minute=15),
    },
    "close public notices when their days are over": {
        "task": "subsidies.notices.tasks.notices_close_due",
        "schedule": crontab(hour="*", minute=10),
    },
    "groups follow the memberships of the day": {
        "task": "foundation.accounts.tasks.memberships_sync",
        "schedule": crontab(hour="*", minute=1),
    },
    "forget unproven accounts and old codes": {
        "task": "foundation.accounts.tasks.accounts_tidy",
        "schedule": crontab(hour="*", minute=20),
    },
    "seal the audit trail of the days that are over": {
        "task": "foundation.audit.tasks.day_seal",
        "schedule": crontab(hour="*", minute=5),
    },
    "make the coming months' partitions": {
        "task": "foundation.privacy.tasks.partitions_ensure_task",
        "schedule": crontab(hour=1, minute=10),
    },
    "forget ended sessions": {
        "task": "portal.operations.tasks.sessions_clear",
        "schedule": crontab(hour=3, minute=30),
    },
    "look at claims that were just sent": {
        "task": "subsidies.checks.tasks.claims_screen_new",
        "schedule": timedelta(minutes=2),
        "options": {"expires": 120},
    },
    "remind of corrections that are nearly due": {
        "task": "subsidies.claims.tasks.corrections_remind_due",
        "schedule": crontab(hour=9, minute=20),
    },
    "claim for the instalments that have fallen due": {
        "task": "subsidies.claims.tasks.awards_claim",
        "schedule": crontab(hour=3, minute=40),
    },
    "bring the register of skilled workers up to date": {
        "task": "certifications.talent.tasks.talents_rebuild_all",
        "schedule": crontab(hour=2, minute=50),
    },
    "look at open claims again": {
        "task": "subsidies.checks.tasks.claims_rescreen",
        "schedule": crontab(hour=2, minute=10),
    },
    "count for the dashboards": {
        "task": "portal.dashboards.tasks.summaries_make",
        "schedule": timedelta(minutes=30),
        "options": {"expires": 1800},
    },
    "keep the quarter's public figures": {
        "task": "portal.dashboards.tasks.public_edition_make",
        "schedule": crontab(hour=5, minute=40),
    },
}
