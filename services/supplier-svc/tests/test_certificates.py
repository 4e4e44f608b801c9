"""Certificates recorded and renewed, and the daily reminders around their expiry."""

from datetime import date

from contracts.supplier import (
    CertificateExpired,
    CertificateExpiring,
    CertificateRecorded,
)
from supplier_svc.supplier.certificates import RecordCertificate, RemindOfCertificate, ValidBackwards
from supplier_svc.testing import delivery, supplier

DAY = date(2024, 2, 1)

LICENCE = RecordCertificate("S-1", "licence", "business_licence", "9131", "Reddoit", None, date(2021, 8, 31))


def remind(day: str, valid_to: str = "2021-08-31") -> RemindOfCertificate:
    return RemindOfCertificate("S-1", "licence", date.fromisoformat(valid_to), date.fromisoformat(day))


def test_a_certificate_valid_to_2021_08_31_is_first_reminded_on_2021_08_01_and_last_on_2021_09_01():
    known = supplier().when(LICENCE)
    recorded = known.one(CertificateRecorded)
    assert (recorded.remind_first_on, recorded.remind_last_on) == (date(2021, 8, 1), date(2021, 9, 1))
    assert known.when(remind("2021-08-01")).one(CertificateExpiring).days_left == 30
    known.when(remind("2021-07-31")).then()
    known.when(remind("2021-09-02")).then()
    known.when(remind("2021-08-01")).when(remind("2021-08-01")).then()


def test_an_expired_certificate_of_an_active_supplier_raises_an_event():
    active = supplier().when(delivery(on="2021-08-01"), LICENCE)
    active.when(remind("2021-09-01")).then(CertificateExpired, CertificateExpiring)
    supplier().when(LICENCE).when(remind("2021-09-01")).then(CertificateExpiring)


def test_a_renewed_certificate_is_reminded_of_by_its_new_end():
    renewed = RecordCertificate("S-1", "licence", "business_licence", "9131", "Reddoit", None, date(2022, 8, 31))
    known = supplier().when(LICENCE, renewed)
    known.when(remind("2021-08-15")).then()
    known.when(remind("2022-08-15", "2022-08-31")).then(CertificateExpiring)


def test_a_certificate_that_ends_before_it_begins_is_refused():
    backwards = RecordCertificate("S-1", "x", "other", "1", "", date(2022, 1, 1), date(2021, 1, 1))
    supplier().when(backwards).then_refused(ValidBackwards, "before it begins on 2022-01-01")
