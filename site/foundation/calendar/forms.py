"""Forms of the calendar desk."""

from django import forms
from wagtail.admin.widgets import AdminDateInput

from foundation.calendar.models import CalendarDay, YearNotice


class DayForm(forms.ModelForm):
    class Meta:
        model = CalendarDay
        fields = ["day", "kind", "name", "source"]
        widgets = {"day": AdminDateInput}


class NoticeForm(forms.ModelForm):
    class Meta:
        model = YearNotice
        fields = ["year", "doc_no"]
