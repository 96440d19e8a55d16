"""The words by which a page says that it is not there, in the languages that WordPress and its themes speak.

What is looked at is a part of a title or a headline. It must name the page and say that it is missing: "Nothing found",
"Oops! That page can't be found", "Эта страница не найдена". A number alone says it too ("404", "Error 404").
"""

import re

MOST = 90
"""A title or headline of more characters than this tells a story."""

_NUMBER = re.compile(
    r"(?:(?:http|error|erreur|fehler|errore|erro|hata|błąd|chyba|feil|fel|fejl|virhe|hiba|eroare|σφάλμα|ошибка|помилка|"
    r"грешка|greška|خطأ|خطای|שגיאה|错误|錯誤|エラー|오류)[\s:#–-]*)?404"
    r"(?:[\s:.!–-]*(?:error|erreur|fehler|page|seite|página|pagina|страница|not found|not_found|file not found))?"
)
_BETWEEN = (
    r"(?:[\W_]|(?:you|we|it|that|which|this|the|or|and|at|by|to|for|with|under|are|were|is|was|has|have|had|be|been|may|might|could|can|does|do|did"
    r"|re|ve|looking|searching|look|requested|request|trying|tried|want|wanted|seeking|reach|access|view|visit|find|open|apparently|unfortunately"
    r"|currently|either|page|address|link|url|site|website|here|content|sorry|just|seems|appears|simply)\b)*?"
)
"""What may stand between what is missing and that it is: no word of news."""
_SAID = re.compile(
    "|".join(
        (
            # English
            r"^(?:[\W\d]|(?:o+ps|sorry|we|re|whoops|error|not found|the|this|that|your|requested|web)\b)*(?:page|post|article|story|content|file|url|resource|document)\b"
            + _BETWEEN
            + r"(?:\bnot (?:be )?(?:found|exist|available)|\bcan ?not be found|\b(?:ca|could|does|is|was)n['’]t (?:be )?(?:found|exist|available|here|there)"
            r"|\bno longer (?:exists?|available|here)|\b(?:has|was) (?:been )?(?:moved|removed|deleted)(?=$| or\b|[^\w\s])|\bis (?:missing|gone)$)",
            r"\b(?:can['’]t|couldn['’]t|cannot|could not|unable to) (?:seem to )?find (?:the|that|this|your) .{0,20}?page",
            r"^(?:sorry, )?(?:this|that|the) page (?:that )?you\b.{0,12}?(?:look|search|request|tr[yi]|seek|want|access|ask)",
            r"^nothing (?:was )?(?:found|here)$|^(?:file |object )?not found$",
            # Romance languages
            r"\bpage\b.{0,30}?(?:introuvable|non trouvée|n['’]existe (?:pas|plus)|n['’]a pas (?:pu être|été) trouvée)|^introuvable$|^rien trouvé",
            r"\bpágina\b.{0,40}?\bno (?:se )?(?:ha |fue )?(?:(?:podido|puede|pudo) )?(?:encontrad?a?|existe|está disponible)",
            r"\bno (?:se )?(?:ha |pudo )?(?:podido )?encontr\w+ .{0,12}página|^no encontrad[oa]$|^nada encontrado$|^no se encontró nada",
            r"\bpágina\b.{0,30}?\bnão (?:foi |pôde ser |pode ser )?(?:encontrada|existe)|^não encontrad[oa]$|^nada (?:foi )?encontrado$",
            r"\bpagina\b.{0,30}?\bnon (?:è stata |può essere )?(?:trovata|esiste|disponibile|è disponibile)|^non trovat[oa]$|^nessun risultato$",
            r"\bpagina\b.{0,30}?\bnu (?:a fost |poate fi )?(?:găsită|există)",
            # Germanic languages
            r"\b(?:seite|beitrag|artikel|inhalt)\b.{0,40}?(?:\bnicht (?:mehr )?(?:gefunden|verfügbar|vorhanden)|\bexistiert\b.{0,20}?\bnicht)|^nichts? gefunden$",
            r"\bpagina\b.{0,30}?\b(?:niet (?:worden )?gevonden|bestaat niet|niet beschikbaar)|^niets? gevonden$",
            r"\bsid(?:an|en|e)\b.{0,30}?(?:hittades inte|inte hittas|finns inte|ikke (?:blev )?(?:funnet|fundet|finnes)|(?:findes|eksisterer) ikke)",
            # Slavonic languages
            r"страниц\w*.{0,40}?(?:не (?:найдена|существует|обнаружена)|удал[её]на|недоступна)|^(?:ничего )?не найдено$|такой страницы (?:нет|не )",
            r"^(?:запис|стать|материал|публикаци)\w* (?:не (?:найден|существует)|удал[её]н|недоступ)",
            r"сторінк\w*.{0,30}?не (?:знайден|існує)|^нічого не знайдено",
            r"страниц\w*.{0,20}?(?:не е намерен|није пронађен|не беше пронајден|не съществува)|stranica (?:nije pronađena|ne postoji)",
            r"stron\w*.{0,30}?nie (?:została )?(?:znalezion|istnieje)|^(?:nic )?nie znaleziono$|nie (?:znaleziono|można znaleźć) .{0,20}?stron",
            r"stránk\w*.{0,20}?(?:nenalezen|nebyla nalezen|neexistuje|nenájden|nebola nájden|sa nenašl)",
            # others
            r"\bsayfa\w*.{0,20}?(?:bulunam|mevcut değil)",
            r"\boldal\b.{0,20}?nem (?:található|létezik)",
            r"σελίδα.{0,20}?δεν (?:βρέθηκε|υπάρχει)",
            r"\bsivua ei (?:löyt|ole)",
            r"không tìm thấy (?:trang|kết quả|nội dung)|^không tìm thấy$|halaman\b.{0,20}?tidak (?:ditemukan|ada|dijumpai)",
            r"(?:找不到|未找到|没有找到|無法找到|无法找到).{0,6}?[页頁]|[页頁]面?.{0,6}?(?:找不到|未找到|不存在|不見了|無法顯示|无法显示)",
            r"ページ.{0,15}?(?:見つかりません|存在しません|ございません)",
            r"페이지.{0,15}?(?:찾을 수 없|존재하지 않)",
            r"صفحة.{0,30}?(?:غير موجودة|لا يمكن العثور|لم يتم العثور)|(?:لا يمكن|لم يتم) العثور على .{0,20}?(?:صفحة|شيء|نتائج|نتيجة|محتوى)|^(?:لا يمكن|لم يتم) العثور على\W*$",
            r"صفحه.{0,30}?(?:یافت نشد|پیدا نشد|وجود ندارد)",
            r"(?:עמוד|דף).{0,15}?(?:לא נמצא|אינו קיים)|^לא נמצא$",
            r"(?:पृष्ठ|पेज).{0,10}?नहीं मिला|ไม่พบหน้า",
        )
    )
)


def says_not_found(words: str) -> bool:
    """Whether `words`, a part of a title or a headline in lower case, say that there is no such page."""
    words = words.strip(" \t\n.…!¡?¿")
    return 0 < len(words) <= MOST and bool(_NUMBER.fullmatch(words) or _SAID.search(words))
