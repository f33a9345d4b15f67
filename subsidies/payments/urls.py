"""Addresses of payments: ``payments/`` the desk's, ``my/payments/`` a worker's."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing
from subsidies.payments import officer_views, views, worker_views
from subsidies.payments.states import FINANCE, PAYMENT_READERS

reader: Any = for_roles(*PAYMENT_READERS)
finance: Any = for_roles(*FINANCE)
worker: Any = for_roles(Role.WORKER)
after = officer_views

urlpatterns: list[URLPattern] = [
    path("payments/", reader(views.home), name="payments_to_pay"),
    path("payments/build/<slug:fund>/", finance(views.build), name="payments_build"),
    path("payments/choose/<slug:fund>/", finance(views.choose), name="payments_choose"),
    *listing("payments/batches/", views.Batches, PAYMENT_READERS),
    path("payments/batches/<int:pk>/", reader(views.batch_page), name="payment_batch"),
    path("payments/batches/<int:pk>/screen/", finance(views.screen), name="payment_batch_screen"),
    path("payments/batches/<int:pk>/sign/", finance(views.sign), name="payment_batch_sign"),
    path("payments/batches/<int:pk>/send/", finance(views.send), name="payment_batch_send"),
    path("payments/batches/<int:pk>/cancel/", finance(views.cancel), name="payment_batch_cancel"),
    path("payments/batches/<int:pk>/list/", reader(views.paper), name="payment_batch_paper"),
    path("payments/batches/<int:pk>/file/<slug:kind>/", finance(views.take), name="payment_batch_file"),
    path("payments/jobs/<int:pk>/", finance(views.job_page), name="payment_job"),
    path("payments/jobs/<int:pk>/progress/", finance(views.job_progress), name="payment_job_progress"),
    *listing("payments/returns/", after.Returns, PAYMENT_READERS),
    path("payments/returns/new/", finance(after.read), name="payments_read"),
    path("payments/returns/<int:pk>/", reader(after.return_page), name="payment_return"),
    *listing("payments/failures/", after.Failures, PAYMENT_READERS),
    path("payments/failures/<int:pk>/", reader(after.failure), name="payment_failure"),
    path("payments/reconciliation/", reader(after.reconciliation), name="payments_reconciliation"),
    path("payments/reconciliation/file/", finance(after.reconciliation_file), name="payments_reconciliation_file"),
    path("payments/receipts/<int:pk>/", reader(after.receipt), name="payment_receipt"),
    path("my/payments/<int:pk>/receipt/", worker(worker_views.my_receipt), name="my_payment_receipt"),
]
