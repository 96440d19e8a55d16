"""What notices, credits, calls to the reader and buttons say of themselves, in the languages that were met."""

import re

NOTICE = re.compile(
    r"(?:copyright\s*)?©\s*(?:copyright\s*)?(?:by )?.{0,60}\b(?:19|20)\d\d\b|copyright .{0,60}\b(?:19|20)\d\d\b", re.I
)
CREDIT = re.compile(
    r"(?:(?:featured|header|cover|lead|main|top|feature)[ -])?(?:image|photo|picture|pic|illustration|beitragsbild|titelbild|teaserbild|headerbild|aufmacherbild|bild|foto|"
    r"imagen|crédits?|photos?|immagine)(?: (?:credits?|source|courtesy|by|illustrative|de couverture|à la une|nachweis|quelle|von|via|de|destacada))?\s?(?:[:©]|\bvia\b|\bby\b)\s?"
    r"|bild(?:nachweis|quelle|rechte)\s?:\s?|fotocredit\s?:\s?",
    re.I,
)
CALL = re.compile(
    r"\W{0,3}(?:(?:please )?(?:subscribe|sign up|follow us|join (?:us|our|now)|support (?:us|our)|submit your|click here to (?:subscribe|support|donate|join|sign)|"
    r"download (?:our|the) .{0,30}\bapps?\b|advertise with|contact us|donate|become a (?:member|patron|subscriber))\b|(?:for the latest|for more|to (?:view|read) the full|to receive|get the latest)\b.{0,120}\b(?:subscribe|download|follow|sign up|newsletter|apps?)\b"
    r"|(?:jetzt |hier )?(?:abonnieren|folgen) sie|jetzt (?:abonnieren|bestellen|unterstützen|spenden)|unterstütz(?:e|en sie|t) uns|abonnez[- ]vous|suivez[- ]nous|suscríbe(?:te|ase)|síguenos|siga[- ]nos|inscreva-se|"
    r"iscriviti|seguici|подпи(?:шитесь|сывайтесь)|abonneer|volg ons|polub nas|dołącz do)",
    re.I,
)
_MORE_FROM = r"(?:discover more from|entdecke mehr von|en savoir plus sur|descubre más desde|scopri di più da|descubra mais sobre|ontdek meer van) .{2,80}$"
"""What WordPress' own form for subscribers says below a post."""
# What stands in place of the rest of an article, or below it, for who has not paid; and the words of what follows.
WALL = re.compile(
    rf"\W{{0,3}}(?:{_MORE_FROM}"
    r"|to (?:view|read|see|access|continue reading) (?:the |this )?(?:full|whole|entire|complete|rest)\b.{0,60}\b(?:subscribe|log ?in|sign (?:in|up)|register)"
    r"|(?:if you.{0,60})?\balready (?:a |an |have a )?(?:subscriber|subscribed|subscription|registered\s?(?:\?|,|$)|member\s?\?)"
    r"|(?:this|the full|the rest of this) (?:article|story|content|post) is (?:only )?(?:available (?:only )?(?:to|for)|only for|for|reserved for)(?: our| paid| paying| registered| premium)* (?:subscribers|members)\b(?! of\b)"
    r"|pour (?:lire|accéder à) la suite|(?:vous êtes )?déjà abonné|(?:cet article|la suite(?: de cet article)?) est réservée? aux abonnés"
    r"|(?:sie sind )?bereits (?:abonnent|mitglied\s?\?)|(?:¿\s?)?ya (?:eres|es) suscriptor|contenido exclusivo para suscriptores|già abbonat|já é assinante)",
    re.I,
)
SUBSCRIBING = re.compile(
    rf"{_MORE_FROM}|subscri|abonn|\bmembers?\b|mitglied|log ?in\b|sign (?:in|up)|regist|suscri|assina|abbon|\bjoin\b",
    re.I,
)
LATEST = r"(?:latest|recent|neueste|letzte|aktuelle|derniers|últim[oa]s) (?:articles|posts|news|stories|artikel|beiträge|artículos|entradas|noticias|notícias)"
"""The heading of a list of new posts, and the name of a section."""
# What buttons, boxes and advertisements say of themselves; furniture where it is a block's whole text.
LABELS = re.compile(
    r"[\s–—*(\[-]*(?:advertisements?|advertising|advertorial|anzeigen?|werbung|publicit[éà]|publicidade?|pubblicità|реклама|sponsored|loading)[\s:.…–—*)\]-]*"
    r"|(?:share|teilen|partager|compartir|compartilhar|condividi|udostępnij|поделиться)(?: (?:this|on|auf|sur|en|su|mit)(?: \w{1,12}){0,2})?\s*[:!]?"
    r"|(?:tags?|schlagw[öo]rte?r?|stichworte?|etiquetas|mots[- ]clés|filed under|posted in|categor(?:y|ies|ias?)|kategorien?)\s*:"
    r"|like this|gefällt mir|tweet|pin(?: it)?|print(?: recipe)?|drucken|e-?mail|(?:save){1,2}|jump to recipe(?:\W{0,3}print recipe)?|facebook ?twitter(?: ?\w{1,10}){0,4}"
    r"|(?:(?:facebook|tweet|twitter|pin(?:terest)?(?: it)?|e-?mail|print|yummly|shares?|flip(?:board)?|reddit|whatsapp|linkedin|telegram)(?:\s?\d{1,5}k?)?\s?){3,12}"
    r"|(?:about|über) (?:the|den|die) autor(?:in)?|about the author|sobre (?:el|o) autor|à propos de l['’]auteur|sull['’]autore"
    r"|(?:(?:read|learn|find out|view|see) more|continue reading|mehr (?:lesen|erfahren)|weiterlesen|lire la suite|leer más|leia mais|leggi tutto|читать далее)[\s.…»→]*"
    r"|(?:print|e-?mail|bookmark|tweet|share) this (?:post|page|article|entry|story)|(?:diesen |diese )?(?:artikel|beitrag|seite) (?:drucken|versenden|weiterempfehlen)|imprimer (?:cet |l['’])article"
    r"|(?:(?:follow|join|like) us on|(?:folge[nt]?(?: sie)? uns|suivez[- ]nous|síguenos|seguici) (?:auf|bei|sur|en|su)) (?:google|facebook|twitter|x|instagram|telegram|youtube|whatsapp|linkedin|threads|tiktok|pinterest|social)\b.{0,40}|(?:pages?|seiten?|páginas?|pagine)\s*:(?:\s*\d{1,2}){2,20}"
    r"|(?:(?:geschätzte )?lese(?:zeit|dauer)|(?:estimated )?reading time|temps de lecture|tiempo de lectura|tempo di lettura|czas czytania)\s*:?\s*(?:ca\.? ?|about |environ )?\d{1,3}(?:[-–]\d{1,3})? min\w*\.?|\d{1,3} min(?:ute)?s? read"
    r"|\(?(?:post views:? ?|visited )?\d[\d.,]{0,9}k? ?(?:total |mal |times)?(?:views?|aufrufe|gelesen|shares?|vues|просмотр\w*)(?:, \d{1,6} .{3,14})?\)?|(?:rating|bewertung)\s?:\s?\d(?:[.,]\d{1,2})?\s?/\s?(?:5|10)\s?\(.{1,30}\)"
    r"|\d{1,4} (?:kommentare?|comments?|commentaires?|comentarios?|commenti|reacties?|komentarz\w*)|trackback(?:[- ]ur[il])?"
    r"|listen to (?:this|the) (?:article|post|story)(?:\W{1,3}\d{1,3} min\w*)?|vorlesen|(?:diesen )?artikel (?:anhören|vorlesen)|écouter (?:cet |l['’])article|escuchar (?:el |este )?artículo|getting your audio player ready[.…]*"
    r"|(?:back|zurück) (?:to|zum|zur) (?:the )?(?:top|home|startseite|übersicht|(?:all )?posts|blog|artikelübersicht)|inhalt laden|accept cookies"
    r"|(?:leave|post|add|write) a (?:comment|reply)|kommentar (?:hinzufügen|schreiben|hinterlassen|verfassen)|(?:schreibe?|hinterlasse?) (?:einen|deinen) kommentar"
    r"|laisse[rz] un commentaire|dej(?:a|e) (?:un|tu) comentario|lascia un commento|deix(?:e|ar) um comentário|zostaw komentarz|оставить комментарий"
    r"|(?:like (?:it|this)|be sociable)\W{1,3}share(?: it| this)?!?|(?:jetzt|artikel|beitrag|news) teilen\s?[:!]?|partager (?:cet article|l['’]article)|compartir (?:artículo|noticia)|condividi (?:articolo|l['’]articolo)"
    r"|(?:previous|next|vorherige[rs]?|nächste[rs]?|voriger|précédent|anterior|siguiente|próxim[oa]|предыдущая|следующая) (?:article|post|story|artikel|beitrag|artículo|entrada|artigo|запись|статья)\s?[:»→]?"
    r"|(?:article|artículo|entrada|artigo) (?:précédent|suivant|anterior|siguiente|seguinte|próximo)\s?[:»→]?|articolo (?:precedente|successivo)\s?[:»→]?"
    rf"|{LATEST}\s?:?",
    re.I,
)
# Those of them that are as well the heading of a section, or a step of a recipe or a guide.
BUTTON = re.compile(rf"tweet|print|drucken|e-?mail|save|share|teilen|{LATEST}", re.I)
