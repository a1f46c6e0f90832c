"""Money: signs, codes and words of currencies, and what people pay with where. Data only.

A sign or a word that several currencies share maps to its own name in SHARED and is settled by the contact's country.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chatbot.understanding.fold import fold


def table(text: str) -> Mapping[str, str]:
    pairs = (entry.partition("=") for entry in text.split())
    return MappingProxyType({fold(word).replace("_", " "): code for word, _, code in pairs})


SIGNS: Mapping[str, str] = MappingProxyType({
    "€": "EUR", "£": "GBP", "$": "$", "¥": "JPY", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₪": "ILS",
    "₴": "UAH", "₫": "VND", "₱": "PHP", "฿": "THB", "₦": "NGN", "zł": "PLN", "r$": "BRL", "us$": "USD", "a$": "AUD",
    "c$": "CAD", "ca$": "CAD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "mx$": "MXN",
})  # fmt: skip

CODES = frozenset(
    """
    EUR USD GBP CHF JPY CNY INR BRL MXN ARS CLP COP PEN UYU CAD AUD NZD TRY PLN CZK HUF RON BGN SEK NOK DKK ISK RUB UAH
    ILS AED SAR ZAR NGN KES EGP MAD KRW TWD HKD SGD THB IDR MYR PHP VND
""".lower().split()
)

WORDS: Mapping[str, str] = table("""
    euro=EUR euros=EUR eur=EUR eurs=EUR avro=EUR pound=GBP pounds=GBP libra=GBP libras=GBP pfund=GBP livre=GBP
    livres=GBP sterling=GBP quid=GBP sterline=GBP sterlin=GBP pond=GBP
    dollar=dollar dollars=dollar buck=dollar bucks=dollar dólar=dollar dólares=dollar dollari=dollar dollaro=dollar
    dolar=dollar us_dollars=USD us_dollar=USD
    franc=CHF francs=CHF franken=CHF franco=CHF francos=CHF franchi=CHF franco_suizo=CHF
    peso=peso pesos=peso real=BRL reais=BRL reales=BRL real_brasileño=BRL lira=TRY liras=TRY lirası=TRY tl=TRY lire=TRY
    yen=JPY yenes=JPY rupee=INR rupees=INR rs=INR yuan=CNY rmb=CNY zloty=PLN zlotys=PLN krona=krone kronor=krone
    kroner=krone krone=krone kronen=krone kr=krone rand=ZAR rubles=RUB rubel=RUB rublos=RUB dirham=AED dirhams=AED
    soles=PEN
""")

SHARED: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "$": table("us=USD ca=CAD au=AUD nz=NZD sg=SGD hk=HKD mx=MXN ar=ARS cl=CLP co=COP uy=UYU do=DOP"),
    "dollar": table("us=USD ca=CAD au=AUD nz=NZD sg=SGD hk=HKD"),
    "peso": table("mx=MXN ar=ARS cl=CLP co=COP uy=UYU ph=PHP do=DOP cu=CUP"),
    "krone": table("se=SEK no=NOK dk=DKK is=ISK"),
})  # fmt: skip
"""Country -> currency of a shared name; the first is meant elsewhere."""

COUNTRIES: Mapping[str, str] = table("""
    us=USD gb=GBP uk=GBP ie=EUR es=EUR de=EUR at=EUR fr=EUR it=EUR pt=EUR nl=EUR be=EUR lu=EUR fi=EUR gr=EUR ee=EUR
    lv=EUR lt=EUR sk=EUR si=EUR mt=EUR cy=EUR hr=EUR ch=CHF li=CHF tr=TRY pl=PLN cz=CZK hu=HUF ro=RON bg=EUR se=SEK
    no=NOK dk=DKK is=ISK br=BRL mx=MXN ar=ARS cl=CLP co=COP pe=PEN uy=UYU ca=CAD au=AUD nz=NZD jp=JPY cn=CNY in=INR
    kr=KRW tw=TWD hk=HKD sg=SGD th=THB id=IDR my=MYR ph=PHP vn=VND ae=AED sa=SAR za=ZAR ng=NGN ke=KES eg=EGP ma=MAD
    il=ILS ua=UAH ru=RUB
""")

THOUSANDS: Mapping[str, int] = MappingProxyType({
    "k": 1_000, "thousand": 1_000, "grand": 1_000, "mil": 1_000, "tausend": 1_000, "tsd": 1_000, "mille": 1_000,
    "mila": 1_000, "duizend": 1_000, "bin": 1_000, "million": 1_000_000, "millions": 1_000_000, "millones": 1_000_000,
    "millionen": 1_000_000, "mio": 1_000_000, "milioni": 1_000_000, "milhoes": 1_000_000, "miljoen": 1_000_000,
    "milyon": 1_000_000,
})  # fmt: skip
"""Words behind a number that make it so many times larger."""

CENTS: frozenset[str] = frozenset(
    fold("cent cents céntimo céntimos centavo centavos centime centimes centesimo centesimi cêntimo cêntimos kuruş "
         "penny pence pennies").split()
)  # fmt: skip
"""Words for the hundredth of a currency."""
CENTS_BEHIND: frozenset[str] = frozenset({"con", "com"})
"""Words that make the number behind a currency's name cents without another: "20 euros con 50"."""
