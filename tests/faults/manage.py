"""manage.py of the machine under test, on its clock: ``python -m tests.faults.manage COMMAND``."""

import os
import sys

from tests.faults import clock

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
    clock.follow()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
