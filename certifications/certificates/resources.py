"""The list of training certificates as a file: what the screen shows, of people only what is masked."""

from django.utils.translation import gettext_lazy as _
from import_export import fields

from certifications.certificates.models import TrainingCertificate
from foundation.desk import StaffResource, export_column


class CertificateResource(StaffResource):
    number = export_column("number", _("证书编号"))
    name = export_column("worker__masked_name", _("姓名"))
    id_number = export_column("worker__masked_id_number", _("证件号码"))
    school = export_column("school__organisation__name", _("培训机构"))
    class_name = export_column("enrolment__class_run__name", _("班次"))
    class_number = export_column("enrolment__class_run__number", _("班次编号"))
    issued_on = fields.Field(column_name=_("发证日期"))
    state = export_column("get_state_display", _("状态"))

    def dehydrate_issued_on(self, certificate: TrainingCertificate) -> str:
        return certificate.issued_on.isoformat()
