"""Currencies that people invoice in, by ISO 4217: the codes of today, those of the past within their years, and the places of each.

Funds, metals and test codes are left out, but for the unidad de fomento (CLF), in which contracts of Chile are invoiced. Pure.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from contracts.digits import plain

_CURRENT = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP
    CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG
    SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV
    WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_FORMER = """
    ADP 1936-01-01 2001-12-31  AFA 1927-03-14 2002-12-31  ANG 1940-05-10 2025-06-30  AOK 1977-01-08 1991-03-01
    AON 1990-09-25 2000-02-01  AOR 1995-07-01 2000-02-01  ARA 1985-06-14 1992-01-01  ATS 1947-12-04 2002-02-28
    AZM 1993-11-22 2006-12-31  BAD 1992-07-01 1994-08-15  BEF 1900-01-01 2002-02-28  BGL 1962-01-01 1999-07-05
    BGN 1999-07-05 2026-01-31  BRE 1990-03-16 1993-08-01  BRN 1989-01-15 1990-03-16  BRR 1993-08-01 1994-07-01
    BYB 1994-08-01 2000-12-31  BYR 2000-01-01 2017-01-01  CSD 2002-05-15 2006-10-25  CSK 1953-06-01 1993-03-01
    CUC 1994-01-01 2021-06-01  CYP 1914-09-10 2008-01-31  DDM 1948-07-20 1990-10-02  DEM 1948-06-20 2002-05-15
    ECS 1900-01-01 2000-10-02  EEK 1992-06-21 2010-12-31  ESP 1900-01-01 2002-02-28  FIM 1963-01-01 2002-02-28
    FRF 1959-01-01 2002-02-17  GEK 1993-04-05 1995-09-25  GHC 1979-03-09 2007-12-31  GRD 1954-05-01 2002-02-28
    GWP 1976-02-28 1997-03-31  HRD 1991-12-23 1995-01-01  HRK 1994-05-30 2023-01-14  IEP 1922-01-01 2002-02-09
    ITL 1900-01-01 2002-02-28  LTL 1993-06-25 2014-12-31  LTT 1992-10-01 1993-06-25  LUF 1944-09-04 2002-02-28
    LVL 1993-06-28 2013-12-31  LVR 1992-05-07 1993-10-17  MGF 1963-07-01 2004-12-31  MRO 1973-06-29 2018-06-30
    MTL 1968-06-07 2008-01-31  MXP 1900-01-01 1992-12-31  MZM 1980-06-16 2006-12-31  NIC 1988-02-15 1991-04-30
    NLG 1900-01-01 2002-02-28  PEI 1985-02-01 1991-07-01  PLZ 1950-10-28 1994-12-31  PTE 1911-05-22 2002-02-28
    ROL 1952-01-28 2006-12-31  RUR 1991-12-25 1998-12-31  SDD 1992-06-08 2007-06-30  SDP 1957-04-08 1998-06-01
    SIT 1992-10-07 2007-01-14  SKK 1992-12-31 2009-01-01  SLL 1964-08-04 2023-12-31  SRG 1940-05-10 2003-12-31
    STD 1977-09-08 2017-12-31  TJR 1995-05-10 2000-10-25  TMM 1993-11-01 2009-01-01  TPE 1959-01-02 2002-05-20
    TRL 1922-11-01 2005-12-31  UAK 1992-11-13 1993-10-17  UYP 1975-07-01 1993-03-01  VEB 1900-01-01 2008-06-30
    VEF 2008-01-01 2018-08-20  YUM 1994-01-24 2002-05-15  YUN 1990-01-01 1992-07-24  ZMK 1968-01-16 2013-01-01
    ZRN 1993-11-01 1998-07-31  ZRZ 1971-10-27 1993-11-01  ZWD 1980-04-18 2008-08-01  ZWL 2009-02-02 2024-08-31
    ZWR 2008-08-01 2009-02-02
"""
"""Each with its first and its last day as legal tender."""
_PLACES = {
    0: "ADP BIF BYB BYR CLP DJF ESP GNF ISK ITL JPY KMF KRW LUF MGF PYG RWF TRL UGX VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF",
}
"""Places after the point where there are not two."""

_words = _FORMER.split()
FORMER: dict[str, tuple[date, date]] = {
    code: (date.fromisoformat(first), date.fromisoformat(last))
    for code, first, last in zip(_words[::3], _words[1::3], _words[2::3], strict=True)
}
"""Code → the days on which it was legal tender, first and last included."""
ISO_4217 = frozenset(_CURRENT.split()) | FORMER.keys()
"""Every code that is known, of today or of the past."""
_PLACES_OF = {code: places for places, codes in _PLACES.items() for code in codes.split()}


def places_of(currency: str) -> int:
    """How many places after the point the currency has: 2 of EUR, 0 of JPY, 3 of KWD, 4 of CLF."""
    return _PLACES_OF.get(currency, 2)


def rounded(amount: Decimal, currency: str, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """A computed amount in the smallest unit of its currency."""
    return rounded_to(places_of(currency), amount, rounding)


def rounded_to(places: int, amount: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """A computed amount with so many places after the point, whatever its size."""
    with localcontext(prec=60):
        return amount.quantize(Decimal(1).scaleb(-places), rounding)


def check_places(amount: Decimal | None, currency: str | None) -> None:
    """Raises ValueError for an amount that nobody can pay, because it has more places than its currency: 0.001 CNY."""
    if amount is not None and currency is not None and amount != rounded(amount, currency):
        places = places_of(currency)
        raise ValueError(f"{money(amount, currency)} cannot be paid: {currency} has {places} places after the point")


def figure(amount: Decimal, currency: str) -> str:
    """An amount for people, thousands apart: ``1,234.50`` of EUR, ``1,235`` of JPY, ``0.004`` of KWD.

    It has the places of its currency, and more where the amount has more: what is shown is never less or more than what is meant.
    """
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "an amount is a finite number"
    return f"{amount or Decimal(0):,.{max(places_of(currency), -exponent)}f}"  # without the sign of a zero below zero


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency for people: ``1,234.50 EUR``."""
    return f"{figure(amount, currency)} {currency}"


def shown(fields: Mapping[str, object]) -> dict[str, object]:
    """Fields as a sentence shows them: figures beside a field ``currency`` are amounts of it, every other figure is written as it is."""
    currency = fields.get("currency")
    return {
        name: value
        if not isinstance(value, Decimal)
        else figure(value, currency)
        if isinstance(currency, str)
        else plain(value)
        for name, value in fields.items()
    }
