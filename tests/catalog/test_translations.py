"""Which language of a title's texts somebody gets who asks for several."""

import pytest

from apps.catalog.models import Movie
from apps.catalog.translations import Language, chain_of, text_in


def translation(language: str, country: str = "", **texts: str) -> dict[str, str]:
    return {"language": language, "country": country, "title": "", "overview": "", "tagline": ""} | texts


def answered(movie: Movie, tags: str, field: str = "title") -> tuple[str, str | None]:
    return tuple(text_in(movie, field, chain_of(tags)))


@pytest.fixture
def lives() -> Movie:
    """A German film under an English title."""
    return Movie(
        title="The Lives of Others", original_title="Das Leben der Anderen", original_language="de",
        overview="A captain listens.",
        translations=[
            translation("fr", title="La Vie des autres", overview="Un capitaine écoute."),
            translation("pt", "BR", title="A Vida dos Outros"),
            translation("pt", "PT", title="As Vidas dos Outros", overview="Um capitão ouve."),
            translation("en", "GB", title="Other Lives"),
        ],
    )  # fmt: skip


def test_the_first_language_that_has_a_text_answers(lives):
    assert answered(lives, "fr,en") == ("La Vie des autres", "fr")
    assert answered(lives, "it,fr") == ("La Vie des autres", "fr")
    assert answered(lives, "it,es") == ("The Lives of Others", "en")


def test_each_text_falls_back_by_itself(lives):
    assert answered(lives, "pt-BR,fr", "overview") == ("Um capitão ouve.", "pt-PT")
    assert answered(lives, "pt-BR,fr") == ("A Vida dos Outros", "pt-BR")
    assert answered(lives, "de", "overview") == ("A captain listens.", "en")


def test_a_country_s_language_falls_back_to_the_language(lives):
    assert answered(lives, "fr-CA") == ("La Vie des autres", "fr")
    lives.translations.append(translation("fr", "CA", title="La Vie des autres (Québec)"))
    assert answered(lives, "fr-CA") == ("La Vie des autres (Québec)", "fr-CA")
    assert answered(lives, "fr-BE") == answered(lives, "fr") == ("La Vie des autres", "fr")


def test_the_default_texts_are_the_site_s_language(lives):
    assert answered(lives, "en,fr") == ("The Lives of Others", "en")
    assert answered(lives, "en-GB,fr") == ("Other Lives", "en-GB")
    assert answered(lives, "en-GB,fr", "overview") == ("A captain listens.", "en")


def test_the_original_title_is_a_text_of_its_language(lives):
    assert answered(lives, "de-AT,fr") == ("Das Leben der Anderen", "de")
    lives.translations.append(translation("de", title="Das Leben der anderen"))
    assert answered(lives, "de") == ("Das Leben der anderen", "de")


def test_a_title_that_nobody_has_translated_is_the_original_language_s():
    boat = Movie(title="Das Boot", original_title="Das Boot", original_language="de", overview="A boat.")
    assert answered(boat, "it") == ("Das Boot", "de")
    assert answered(boat, "it", "overview") == ("A boat.", "en")
    assert answered(Movie(title="Heat", original_title="Heat"), "it") == ("Heat", "en")


def test_where_there_is_no_text_there_is_no_language(lives):
    assert answered(lives, "de,fr", "tagline") == ("", None)


def test_tags_are_read_in_any_case():
    assert chain_of("DE-at, fr") == [Language("de", "AT"), Language("fr")]
    assert str(Language("de", "AT")) == "de-AT"


@pytest.mark.parametrize(
    "tags", ["", ",", "d", "deutsch", "de_AT", "de-AUT", "de-", "de,", "*", "ſe", "de,fr,es,it,pt,ja"]
)
def test_what_is_no_chain_is_refused(tags):
    with pytest.raises(ValueError, match=r"is not a language|At most 5"):
        chain_of(tags)
