"""Words of ratings: how good something was, from 1 to 5, and what may stand between a rating and its scale."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chatbot.understanding.words.table import entries, numbers

STARS = entries("star stars estrella estrellas stern sterne sternen étoile étoiles stella stelle estrela estrelas ster "
                "sterren yıldız")  # fmt: skip
OUT_OF = entries("out_of of de von sur su di em van over auf aus")

JUDGEMENTS: Mapping[str, Mapping[str, int]] = MappingProxyType({
    "en": numbers("terrible=1 awful=1 horrible=1 worst=1 very_bad=1 bad=2 poor=2 ok=3 okay=3 average=3 fine=3 good=4 "
                  "very_good=5 great=5 excellent=5 perfect=5 amazing=5 awesome=5 fantastic=5"),
    "es": numbers("pésimo=1 terrible=1 horrible=1 fatal=1 muy_mal=1 malo=2 mala=2 mal=2 regular=3 normal=3 bueno=4 "
                  "buena=4 bien=4 muy_bien=5 muy_bueno=5 excelente=5 perfecto=5 genial=5 estupendo=5"),
    "de": numbers("furchtbar=1 schrecklich=1 miserabel=1 sehr_schlecht=1 schlecht=2 okay=3 ok=3 mittel=3 gut=4 "
                  "sehr_gut=5 super=5 ausgezeichnet=5 hervorragend=5 perfekt=5 toll=5"),
    "fr": numbers("horrible=1 nul=1 très_mauvais=1 mauvais=2 moyen=3 correct=3 bon=4 bien=4 très_bien=5 très_bon=5 "
                  "excellent=5 parfait=5 génial=5 super=5"),
    "it": numbers("pessimo=1 terribile=1 orribile=1 cattivo=2 male=2 discreto=3 normale=3 buono=4 bene=4 molto_bene=5 "
                  "ottimo=5 eccellente=5 perfetto=5"),
    "pt": numbers("péssimo=1 horrível=1 terrível=1 ruim=2 mau=2 regular=3 razoável=3 bom=4 boa=4 bem=4 muito_bom=5 "
                  "ótimo=5 excelente=5 perfeito=5"),
    "nl": numbers("verschrikkelijk=1 vreselijk=1 slecht=2 matig=2 oké=3 ok=3 redelijk=3 goed=4 heel_goed=5 "
                  "uitstekend=5 perfect=5 geweldig=5 top=5"),
    "tr": numbers("berbat=1 rezalet=1 çok_kötü=1 kötü=2 orta=3 idare_eder=3 iyi=4 çok_iyi=5 harika=5 mükemmel=5 "
                  "süper=5"),
})  # fmt: skip
