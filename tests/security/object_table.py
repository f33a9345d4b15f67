"""What each address names whose objects belong to somebody: kind of object → addresses. A test keeps it complete.

The kinds are those of ``tests.security.world``. Addresses that only the bureau may open are not in the table: its
officers and auditors serve the whole city, so that every object is theirs to see; what they may *do* is the roles' and
the services' matter.
"""

from typing import Any

KINDS: dict[str, tuple[str, ...]] = {
    # A school's own
    "draft_run": (
        "classes/<int:pk>/form/",
        *(
            f"school/classes/<int:pk>/{end}"
            for end in (
                "", "assessment/", "checks/", "edit/", "people/", "people/add/", "people/upload/", "plan/",
                "plan/add/", "plan/clear/", "plan/import/", "plan/layout/", "reason/<slug:action>/",
                "step/<slug:action>/",
            )
        ),
    ),
    "draft_session": tuple(f"school/classes/sessions/<int:pk>/{end}" for end in ("", "change/", "remove/")),
    "draft_place": tuple(f"school/classes/people/<int:pk>/{end}" for end in ("", "remind/", "step/<slug:action>/")),
    "run": ("attendance/classes/<int:pk>/", "completion/classes/<int:pk>/", "completion/classes/<int:pk>/close/",
            "completion/classes/<int:pk>/export/"),
    "review": ("attendance/reviews/<int:pk>/",),
    "session": tuple(f"teach/<int:pk>/{end}" for end in ("", "code/", "code/now/", "people/", "roster/", "sheet/")),
    "session_place": ("teach/<int:pk>/people/<int:enrolment>/",),
    "study_appeal": ("staff/study/appeals/<int:pk>/",),
    "teacher": tuple(
        f"school/teachers/<int:pk>/{end}" for end in ("", "account/", "change/", "end/", "link/", "qualifications/")
    ),
    "teacher_qualification": ("school/qualifications/<int:pk>/withdraw/",),
    "room": ("school/rooms/<int:pk>/", "school/rooms/<int:pk>/end/"),
    "bank": (
        "school/questions/<int:pk>/", "school/questions/<int:pk>/add/<slug:kind>/", "school/questions/<int:pk>/edit/",
        "school/questions/<int:pk>/import/",
    ),
    "chosen_bank": ("cms/content/question-banks/chosen/<str:pk>/",),
    "question": ("school/questions/items/<int:pk>/", "school/questions/items/<int:pk>/retire/"),
    "video": tuple(
        f"school/videos/<int:pk>/{end}"
        for end in ("", "edit/", "offer/", "progress/", "retry/", "subtitles/", "subtitles/remove/")
    ),
    "chosen_video": ("cms/content/videos/chosen/<str:pk>/",),
    "school_application": tuple(
        f"school/applications/<int:pk>/{end}" for end in ("", "<slug:section>/", "submit/", "withdraw/")
    ),
    "school_paper": ("school/papers/<int:pk>/",),
    "closed_run": (
        "certificates/classes/<int:pk>/", "certificates/classes/<int:pk>/files/",
        "certificates/classes/<int:pk>/issue/", "school-claims/classes/<int:pk>/",
        "school-claims/classes/<int:pk>/prepare/",
    ),
    "graduate": ("completion/enrolments/<int:pk>/", "certificates/people/<int:pk>/issue/",),
    "training_certificate": (
        "certificates/training/<int:pk>/", "certificates/training/<int:pk>/<slug:name>/",
        "certificates/training/<int:pk>/file/",
    ),
    "certificate_batch": ("certificates/batches/<int:pk>/progress/",),
    "class_claim": tuple(
        f"school-claims/<int:pk>/{end}"
        for end in ("", "ask/", "cancel/", "export/", "lint/", "progress/", "send/")
    ),
    "class_claim_place": ("school-claims/<int:pk>/papers/<int:enrolment>/",),
    "class_claim_person": tuple(
        f"school-claims/people/<int:pk>/{end}" for end in ("", "appeal/", "appeal/withdraw/", "repair/")
    ),
    # Of whoever runs assessments: a school or a body
    "plan": tuple(
        f"plans/<int:pk>/{end}"
        for end in (
            "", "arrange/", "candidates/", "candidates/add/", "clear/", "details/", "layout/", "move/<slug:action>/",
            "parts/<slug:kind>/", "parts/<slug:kind>/remove/", "parts/<slug:kind>/rooms/", "reason/<slug:action>/",
            "tickets/",
        )
    ) + tuple(
        f"scores/<int:pk>/{end}"
        for end in ("", "enter/<slug:part>/", "export/", "finalise/", "publish/", "resit/", "sheets/<slug:part>/",
                    "upload/")
    ),
    "exam_room": (
        *(f"plans/rooms/<int:pk>/{end}" for end in ("", "door/<slug:kind>/", "duty/", "remove/", "tickets/")),
        "scores/rooms/<int:pk>/", "scores/rooms/<int:pk>/close/",
    ),
    "exam_room_candidate": ("scores/rooms/<int:pk>/rule/<int:candidate>/",),
    "exam_duty": ("plans/duties/<int:pk>/end/",),
    "candidate": (
        "plans/candidates/<int:pk>/end/",
        *(
            f"scores/candidates/<int:pk>/{end}"
            for end in ("", "appeal/<slug:part>/", "remark/<slug:part>/", "void/<slug:part>/")
        ),
    ),
    "score_appeal": ("scores/appeals/<int:pk>/",),
    "assessor": tuple(
        f"assessors/<int:pk>/{end}" for end in ("", "account/", "change/", "end/", "link/", "qualifications/")
    ),
    "assessor_qualification": ("assessors/qualifications/<int:pk>/withdraw/",),
    "level_certificate": ("certificates/level/<int:pk>/", "certificates/level/<int:pk>/<slug:move>/"),
    "application_at_body": tuple(f"body/applications/<int:pk>/{end}" for end in ("", "look/", "photo/")),
    "application_paper_at_body": ("body/applications/papers/<int:pk>/",),
    # An assessor's own
    "duty_room": ("duty/rooms/<int:pk>/",),
    "rating_room": ("assess/<int:room>/", "assess/<int:room>/close/", "assess/<int:room>/confirm/"),
    "rating": ("assess/<int:room>/<int:candidate>/",),
    # An employer's own
    "award_draft": (
        "awards/filings/<int:pk>/edit/", "awards/filings/<int:pk>/paper/", "awards/filings/<int:pk>/step/<slug:step>/",
    ),
    "award_accepted": (
        "awards/filings/<int:pk>/", "awards/filings/<int:pk>/left/", "awards/filings/<int:pk>/service/",
    ),
    "returned_award": ("awards/claims/<int:pk>/correct/",),
    "award_part": ("awards/parts/<int:pk>/again/",),
    "appointment": ("talents/appointments/<int:pk>/",),
    # Of anybody on the staff
    "import": tuple(
        f"staff/imports/<int:pk>/{end}"
        for end in ("", "apply/", "check/", "columns/", "discard/", "faults/", "progress/", "sheet/")
    ),
    "passkey": ("account/security/passkeys/<int:pk>/edit/", "account/security/passkeys/<int:pk>/remove/"),
    # A worker's own
    "line:group": tuple(f"my/groups/<int:pk>/{end}" for end in ("ask/", "end/", "paper/", "remove/")),
    "line:employment": tuple(f"my/jobs/<int:pk>/{end}" for end in ("", "ask/", "paper/", "remove/")),
    "line:education": tuple(f"my/schooling/<int:pk>/{end}" for end in ("", "ask/", "paper/", "remove/")),
    "prior": tuple(f"my/certificates/prior/<int:pk>/{end}" for end in ("", "paper/", "withdraw/")),
    "contribution": ("my/talent/contributions/<int:pk>/withdraw/",),
    "consent": ("my/consents/<int:pk>/withdraw/",),
    "place": (
        "my/attendance/<int:pk>/", "my/classes/<int:pk>/", "my/classes/<int:pk>/answer/", "my/classes/<int:pk>/leave/",
        "my/classes/<int:pk>/move/", "my/classes/<int:pk>/place/", "my/hours/<int:pk>/", "my/hours/<int:pk>/appeal/",
    ),
    "lesson": tuple(f"my/classes/<int:pk>/lessons/<int:lesson>/{end}" for end in ("", "open/", "quiz/")),
    "her_session": ("a/done/<int:pk>/",),
    "presence": ("my/presence/<int:pk>/",),
    "quiz_paper": ("my/papers/<int:pk>/",),
    "her_result": (
        "my/exams/<int:pk>/", "my/exams/<int:pk>/ticket/", "my/results/<int:pk>/",
        "my/results/<int:pk>/appeal/<slug:part>/",
    ),
    "her_certificate": ("my/certificates/<int:pk>/", "my/certificates/<int:pk>/file/"),
    "application": (
        "my/apply/<int:pk>/", "my/apply/<int:pk>/<slug:section>/", "my/apply/<int:pk>/paper/<slug:kind>/",
        "my/apply/<int:pk>/rows/study/", "my/apply/<int:pk>/rows/work/", "my/apply/<int:pk>/submit/",
        "my/apply/<int:pk>/withdraw/",
    ),
    "application_study": ("my/apply/<int:pk>/rows/study/<int:row>/",),
    "application_work": ("my/apply/<int:pk>/rows/work/<int:row>/",),
    "application_file": ("my/apply/files/<int:pk>/",),
    "claim": ("my/money/<int:pk>/", "my/money/<int:pk>/receipt/", "my/money/<int:pk>/withdraw/"),
    "claim_paper": ("my/money/<int:pk>/papers/<int:paper>/",),
    "returned_claim": ("my/money/<int:pk>/correct/",),
    "failed_claim": ("my/money/<int:pk>/account/",),
    "refused_claim": ("my/money/<int:pk>/appeal/",),
    "claim_appeal": ("my/money/appeals/<int:pk>/withdraw/",),
    "claim_to_make": ("my/money/new/<int:scheme>/<slug:kind>/<int:pk>/",),
    "paid_claim": ("my/payments/<int:pk>/receipt/",),
    "mandate": tuple(f"my/school-claims/<int:pk>/{end}" for end in ("", "answer/", "withdraw/")),
    "her_award_part": ("my/money/awards/<int:pk>/again/",),
    "employer_mandate": ("my/awards/<int:pk>/", "my/awards/<int:pk>/answer/"),
    "evidence_pack": ("my/evidence/packs/<int:pk>/",),
    "kept_estimate": ("my/residency/kept/<int:pk>/", "my/residency/kept/<int:pk>/remove/"),
}  # fmt: skip

# What else an address names, where the kind of object does not say.
WORDS: dict[str, str] = {
    "action": "submit", "step": "send", "kind": "practical", "part": "practical", "section": "scope", "move": "revoke",
    "name": "revoke",
}  # fmt: skip
WORDS_OF: dict[str, dict[str, Any]] = {
    "school/questions/<int:pk>/add/<slug:kind>/": {"kind": "single"},
    "school/classes/<int:pk>/reason/<slug:action>/": {"action": "cancel"},
    "school/classes/people/<int:pk>/step/<slug:action>/": {"action": "remove"},
    "plans/<int:pk>/move/<slug:action>/": {"action": "arrange"},
    "plans/<int:pk>/reason/<slug:action>/": {"action": "cancel"},
    "plans/rooms/<int:pk>/door/<slug:kind>/": {"kind": "list"},
    "my/apply/<int:pk>/<slug:section>/": {"section": "person"},
    "my/apply/<int:pk>/paper/<slug:kind>/": {"kind": "id_front"},
}

# Addresses with an argument in which nothing belongs to anybody, and why anybody of the roles may ask for each.
NOBODYS: dict[str, str] = {
    "a/<slug:code>/": "the rolling code of a session: good for seconds, and only for people of the class",
    "awards/new/<int:scheme>/": "a programme of the city",
    "bodies/<int:pk>/": "the public register",
    "dashboard/<slug:page>/<slug:table>.<slug:kind>": "counts: a school's own, or the city's",
    "figures/<int:year>/": "a published edition",
    "figures/<int:year>/<slug:table>.<slug:kind>": "a published edition",
    "c/<str:token>/": "the address is the secret: a signed link for one person's place",
    "courses/runs/<int:pk>/": "a published class",
    "courses/runs/<int:pk>/join/": "a published class",
    "lesson-media/<str:token>/": "the address is the secret: signed, for one file and some hours",
    "media/<path:name>": "a picture of a public page; documents are refused there",
    "my/apply/plans/<int:pk>/": "an open plan of a body",
    "my/evidence/<slug:receiver>/": "her own file for a receiver; no number in the address",
    "my/evidence/<slug:receiver>/send/": "her own file for a receiver; no number in the address",
    "my/evidence/<slug:receiver>/stop/": "her own file for a receiver; no number in the address",
    "my/residency/<int:pack>/<slug:route>/": "a published route of a city",
    "my/residency/<int:pack>/<slug:route>/keep/": "a published route of a city",
    "my/residency/questions/<slug:group>/": "her own answers; no number in the address",
    "publicity/<slug:number>/": "a public notice",
    "publicity/<slug:number>/<int:serial>/objection/": "a line of a public notice",
    "publicity/<slug:number>/file/": "a public notice",
    "staff/imports/new/<slug:kind>/": "a kind of import; the roles of a kind are its own",
    "staff/imports/new/<slug:kind>/template/": "a kind of import; the roles of a kind are its own",
    "subsidies/about/<str:code>/": "a published scheme",
    "v/<str:number>/<str:code>/": "the code on the certificate is the secret; guesses are limited",
    "v/<str:number>/<str:code>/photo/": "the code on the certificate is the secret; guesses are limited",
}

# Addresses that send everybody on alike, because what is gone already is gone: the answer tells nothing.
ALIKE = {"my/residency/kept/<int:pk>/remove/"}

# Addresses at which the owners meet a refusal too, because the world's objects are not that far: what they ask for.
WITHOUT_CONTROL: dict[str, str] = {
    "my/classes/<int:pk>/lessons/<int:lesson>/quiz/": "a quiz set for the lesson",
    "my/payments/<int:pk>/receipt/": "a line that a bank paid",
    "plans/<int:pk>/reason/<slug:action>/": "a plan that was not held yet",
    "school-claims/<int:pk>/progress/": "a sending under way",
    "school-claims/classes/<int:pk>/prepare/": "a scheme chosen in the form",
    "school-claims/people/<int:pk>/appeal/withdraw/": "an open appeal",
    "school-claims/people/<int:pk>/repair/": "a payment that failed",
}
