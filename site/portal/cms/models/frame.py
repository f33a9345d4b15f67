"""What a government site must print at its foot, editable per site."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="site")
class GovernmentFooter(BaseSiteSetting):
    """The foot of a site's pages: who runs it, its filing numbers, where to call."""

    organiser = models.CharField(_("主办单位"), max_length=100, blank=True)
    site_identifier = models.CharField(_("政府网站标识码"), max_length=30, blank=True)
    icp_number = models.CharField(_("ICP 备案号"), max_length=50, blank=True)
    police_number = models.CharField(_("公安联网备案号"), max_length=50, blank=True)
    error_report_url = models.URLField(_("“政府网站找错”地址"), blank=True)
    phone = models.CharField(_("咨询电话"), max_length=50, blank=True, help_text=_("对公众公布的办公电话。"))
    address = models.CharField(_("办公地址"), max_length=200, blank=True, help_text=_("对公众公布的办公地址。"))

    class Meta:
        verbose_name = _("政府网站页脚")
