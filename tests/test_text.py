import pytest

from movieverse.text import fold, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Léon: The Professional", "leon the professional"),
        ("  WALL·E ", "wall e"),
        ("Schindler's List", "schindlers list"),
        ("Straße", "strasse"),
        ("Ａｌｉｅｎ", "alien"),
        ("İstanbul", "istanbul"),
        ("七人の侍", "七人の侍"),
        ("Ночной Дозор", "ночнои дозор"),
        ("a_b", "a b"),
        ("…", ""),
    ],
)
def test_case_diacritics_punctuation_and_width_are_folded(text: str, folded: str):
    assert fold(text) == folded


def test_what_is_written_composed_or_decomposed_folds_alike():
    assert fold("Amélie") == fold("Ame\u0301lie")
    assert fold("ガメラ") == fold("カ\u3099メラ")


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("The Matrix", "matrix"),
        ("A Separation", "separation"),
        ("An Education", "education"),
        ("The", "the"),
        ("Them!", "them"),
        ("A", "a"),
        ("…", "…"),
    ],
)
def test_a_leading_article_does_not_count_in_the_order(title: str, key: str):
    assert sort_key(title) == key
