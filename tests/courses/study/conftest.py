import pytest

from tests.courses.study.builders import the_platforms_figures


@pytest.fixture
def figures(db):
    """The platform's figures are in force."""
    the_platforms_figures()
