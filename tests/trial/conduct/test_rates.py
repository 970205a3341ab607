import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.conduct.rates import enrolment_rate, leaving_rate, share

MONTH = pytest.approx(365.25 * 2)


def test_rates_are_read():
    assert enrolment_rate("2 per month") == (2.0, MONTH)
    assert enrolment_rate("3.5 patients per 6 weeks") == (3.5, pytest.approx(1008))
    assert leaving_rate("5% per month") == (pytest.approx(0.05), MONTH)
    assert leaving_rate("0.02 per 10 days") == (0.02, 240.0)
    assert leaving_rate("0% per year")[0] == 0
    assert share("5%", "missed visits") == share(0.05, "missed visits") == pytest.approx(0.05)


@pytest.mark.parametrize("text", ["often", "0 per month", "-2 per month", "5% per month", "2 month", "2 per kg"])
def test_what_is_no_enrolment_is_refused(text):
    with pytest.raises(BadInput, match=r"enrolment|kg"):
        enrolment_rate(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5%", "cannot read dropout '5%'"),
        ("100% per month", "dropout of 100%"),
        ("5 per month", "dropout of 500%"),
        ("-5% per month", "dropout of -5%"),
        ("5% per mg", "mg"),
        ("few per month", "cannot read 'few'"),
    ],
)
def test_what_is_no_dropout_is_refused(text, message):
    with pytest.raises(BadInput, match=message):
        leaving_rate(text)
