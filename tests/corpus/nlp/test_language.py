import pytest

from corpus.nlp.language import detect_article_language, load_article_detector


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("Трамвай снова ходит по мосту, сообщила мэр города в пятницу утром.", "", "ru"),
        ("Трамвай снова ходит по мосту, сообщила мэр города в пятницу утром.", "en-US", "ru"),
        ("电车星期五恢复运行，市长说。", "", "zh"),
        ("Le tramway roule de nouveau depuis vendredi, a annoncé la maire de la ville.", "", "fr"),
        ("Le tramway roule de nouveau depuis vendredi, a annoncé la maire.", "de_AT", "de"),
        ("Le tramway", "", "en"),
        ("", "no language", "en"),
        ("3 4 5", "", "en"),
    ],
)
def test_the_language_is_the_declared_one_or_the_one_it_looks_like(text, declared, language):
    load_article_detector()
    assert detect_article_language(text, declared=declared) == language
