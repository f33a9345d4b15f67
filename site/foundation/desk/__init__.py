"""What every list of the staff's desktop shares: columns, filters by day, export with a purpose, addresses."""

from foundation.desk.addresses import listing
from foundation.desk.columns import NUMBER, MomentColumn, TagColumn, moment, tag
from foundation.desk.exports import FORMATS, StaffResource, export_column, harmless
from foundation.desk.filters import ANY, YES_NO, DayFilter
from foundation.desk.lists import StaffList, exported

__all__ = [
    "ANY",
    "FORMATS",
    "NUMBER",
    "YES_NO",
    "DayFilter",
    "MomentColumn",
    "StaffList",
    "StaffResource",
    "TagColumn",
    "export_column",
    "exported",
    "harmless",
    "listing",
    "moment",
    "tag",
]
