"""The words of pages that are not there, in the languages of WordPress' themes, and headlines that only sound like them."""

import time

import pytest

from newsarchive.guard.not_found import says_not_found


@pytest.mark.parametrize(
    "words",
    [
        "404",
        "error 404",
        "404: not found",
        "ошибка 404",
        "خطأ 404",
        "oops! that page can’t be found.",
        "whoops, this page is gone",
        "the page you are looking for no longer exists",
        "we can't find that page",
        "this post has been deleted",
        "we’re sorry, the page you requested cannot be found",
        "article not found",
        "nothing found",
        "cette page est introuvable",
        "cette page n’existe pas",
        "la página no existe",
        "¡ups! no se ha podido encontrar la página.",
        "¡vaya! esa página no se puede encontrar.",
        "ops! essa página não pode ser encontrada.",
        "nada encontrado",
        "la pagina non è stata trovata",
        "pagina nu a fost găsită",
        "die seite wurde nicht gefunden",
        "diese seite existiert leider nicht",
        "nichts gefunden",
        "oeps! deze pagina kan niet worden gevonden.",
        "sidan kunde inte hittas",
        "siden blev ikke fundet",
        "запрашиваемая страница не найдена",
        "такой страницы нет",
        "публикация удалена",
        "сторінка не знайдена",
        "страницата не е намерена",
        "та страница није пронађена",
        "nie można znaleźć takiej strony",
        "strona nie istnieje",
        "stránka nebyla nalezena",
        "aradığınız sayfa bulunamadı",
        "az oldal nem található",
        "η σελίδα δεν βρέθηκε",
        "sivua ei löytynyt",
        "không tìm thấy trang",
        "halaman tidak ditemukan",
        "有点尴尬诶！该页无法显示。",
        "糟糕！找不到該頁面。",
        "ページが見つかりませんでした",
        "페이지를 찾을 수 없습니다.",
        "لا يمكن العثور على هذه الصفحة",
        "صفحه پیدا نشد",
        "העמוד לא נמצא",
        "पृष्ठ नहीं मिला",
    ],
)
def test_says_that_there_is_no_such_page(words: str) -> None:
    assert says_not_found(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "404 ships passed the canal",
        "missing sailor not found after ten days",
        "facebook page of the mayor has been taken over",
        "the mayor's facebook post has been removed",
        "evidence of the leak could not be found, court says",
        "материал о порте удалён",
        "мэр удалил статью о порте",
        "der hafen wird nicht mehr gefunden",
        "nothing found in the wreck, divers say",
        "story of a dog is missing",
        "post office was moved to the mall",
        "content creator was not found guilty",
        "web page that was removed from ministry site",
        "the page that changed history",
        "тело пропавшего туриста не найдено",
        "страница истории: мост не найден",
        "ciała nie znaleziono po trzech dniach",
        "không tìm thấy nạn nhân sau ba ngày",
        "لم يتم العثور على جثة المفقود",
        "page not found: how a government removed three hundred thousand pages about the climate overnight",
    ],
)
def test_a_headline_of_news_does_not(words: str) -> None:
    assert not says_not_found(words)


def test_hostile_words_cost_no_time() -> None:
    started = time.process_time()
    for piece in ("the ", "page ", "404", "oops ", "страница ", "page not ", "!", "no se encontr "):
        says_not_found(piece * (90 // len(piece)))
        says_not_found(piece * 10_000)
    assert time.process_time() - started < 1
