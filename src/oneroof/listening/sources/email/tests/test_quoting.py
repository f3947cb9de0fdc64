"""Answers as the world's mail programs write them: what is new, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.sources.email.quoting import new_words
from oneroof.listening.sources.email.tests.test_letters import OUR_REPLY, letter, read

NEW = "Thanks, that helps.\n\nBest wishes\nMia"
QUOTED = "> Did you try\n> another seal?\n>\n>> It leaks."
ATTRIBUTIONS = [
    "On Mon, Mar 2, 2026 at 10:00 AM Brumi Care <care@brumi.example> wrote:",
    "On Mon, Mar 2, 2026 at 10:00 AM Brumi Customer Care Team\n<care@brumi.example> wrote:",
    "Am 02.03.26 um 10:00 schrieb Brumi Care:",
    "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Brumi <care@brumi.example>:",
    "Le lun. 2 mars 2026 à 10:00, Brumi <care@brumi.example> a écrit :",
    "El lun, 2 mar 2026 a las 10:00, Brumi (<care@brumi.example>) escribió:",
    "Il giorno lun 2 mar 2026 alle ore 10:00 Brumi <care@brumi.example> ha scritto:",
    "Op ma 2 mrt 2026 om 10:00 schreef Brumi <care@brumi.example>:",
    "Em seg., 2 de mar. de 2026 às 10:00, Brumi <care@brumi.example> escreveu:",
    "pon., 2 mar 2026 o 10:00 Brumi <care@brumi.example> napisał(a):",
    "Den mån 2 mars 2026 kl 10:00 skrev Brumi <care@brumi.example>:",
    "po 2. 3. 2026 v 10:00 odesílatel Brumi <care@brumi.example> napsal:",
    "ma 2. maalisk. 2026 klo 10.00 Brumi (care@brumi.example) kirjoitti:",
    "пн, 2 мар. 2026 г. в 10:00, Brumi <care@brumi.example> пишет:",
    "2 Mar 2026 Pzt 10:00 tarihinde Brumi <care@brumi.example> şunu yazdı:",
    "2026年3月2日(月) 10:00 Brumi <care@brumi.example>:",
    "Brumi <care@brumi.example> 于2026年3月2日周一 10:00写道：",
    "2026년 3월 2일 (월) 오전 10:00, Brumi <care@brumi.example>님이 작성:",
]
OUTLOOK = {
    "en": "From: Brumi Care <care@brumi.example>\nSent: Monday, March 2, 2026\nTo: Mia\nSubject: RE: Kettle",
    "de": "Von: Brumi Care <care@brumi.example>\nGesendet: Montag, 2. März 2026\nAn: Mia\nBetreff: AW: Kessel",
    "fr": "De : Brumi <care@brumi.example>\nEnvoyé : lundi 2 mars 2026 10:00\nÀ : Mia\nObjet : RE: Bouilloire",
    "es": "De: Brumi <care@brumi.example>\nEnviado: lunes, 2 de marzo de 2026\nPara: Mia\nAsunto: RE: Hervidor",
    "ja": "差出人: Brumi <care@brumi.example>\n送信日時: 2026年3月2日 10:00\n宛先: Mia\n件名: RE: やかん",
    "bold": "*From:* Brumi <care@brumi.example>\n*Sent:* Monday\n*To:* Mia\n*Subject:* RE: Kettle",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS, ids=lambda line: line[:12])
def test_an_answer_above_its_quote(line: str) -> None:
    assert new_words(f"{NEW}\n\n{line}\n\n{QUOTED}\n", is_answer=True) == NEW


@pytest.mark.parametrize(
    "line", [each for each in ATTRIBUTIONS if "2026年3月2日(月)" not in each], ids=lambda line: line[:12]
)
def test_an_answer_above_a_quote_without_marks(line: str) -> None:
    assert new_words(f"{NEW}\n\n{line}\n\nDid you try another seal?\n", is_answer=True) == NEW


@pytest.mark.parametrize("name", OUTLOOK)
def test_an_answer_above_outlooks_headers(name: str) -> None:
    assert new_words(f"{NEW}\n\n{OUTLOOK[name]}\n\nDid you try?", is_answer=True) == NEW
    assert new_words(f"{NEW}\n\n{'_' * 32}\n{OUTLOOK[name]}\n\nDid you try?", is_answer=True) == NEW


@pytest.mark.parametrize(
    "word", ["Original Message", "Ursprüngliche Nachricht", "Mensaje original", "元のメッセージ"]
)
def test_an_answer_above_a_rule(word: str) -> None:
    assert new_words(f"{NEW}\n\n-----{word}-----\nDid you try?", is_answer=True) == NEW


def test_an_answer_between_and_below_quotes() -> None:
    text = f"{ATTRIBUTIONS[0]}\n> Which kettle?\n\nThe red one.\n\n> Since when?\nSince Monday."
    assert new_words(text, is_answer=True) == "The red one.\n\n[…]\nSince Monday."


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi Galaxy",
        "iPhoneから送信",
    ],
)
def test_what_a_telephone_adds_goes(line: str) -> None:
    assert new_words(f"It leaks.\n\n{line}\n", is_answer=False) == "It leaks."


def test_a_signature_goes_and_one_that_is_all_stays() -> None:
    assert new_words("It leaks.\n-- \nMia K.\nHead of Tea", is_answer=False) == "It leaks."
    assert new_words("-- \nMia K.", is_answer=False) == "-- \nMia K."


@pytest.mark.parametrize(
    "text",
    [
        "My boss wrote:\nbuy another one",
        "From: the bottom\nit leaks",
        "Prices: 5 > 4",
        "To:\nwhom it may concern",
        "a -- b",
    ],
)
def test_new_words_that_look_like_old_ones_stay(text: str) -> None:
    assert new_words(text, is_answer=True) == text


def test_a_quote_alone_is_shown_and_so_is_what_is_forwarded() -> None:
    assert new_words(QUOTED, is_answer=True) == QUOTED
    forwarded = f"See below.\n\n---------- Forwarded message ---------\n{OUTLOOK['en']}\n\n> Order 42"
    assert new_words(forwarded, is_answer=True) == forwarded


def test_a_letter_that_answers_nothing_keeps_its_quotes() -> None:
    text = f"Your page says:\n{QUOTED}"
    assert new_words(text, is_answer=False) == text


def test_html_answers() -> None:
    gmail = (
        '<div dir="ltr">Thanks, that helps.</div><br><div class="gmail_quote"><div>On Mon, Mar 2, '
        '2026 at 10:00 Brumi &lt;care@brumi.example&gt; wrote:<br></div><blockquote class="gmail_quote">Did you'
        "<blockquote>It leaks</blockquote> try?</blockquote></div>"
    )
    outlook = (
        "<p>Thanks, that helps.</p><hr><div id='divRplyFwdMsg'><b>From:</b> Brumi &lt;care@brumi.example&gt;<br>"
        "<b>Sent:</b> Monday<br><b>To:</b> Mia<br><b>Subject:</b> RE: Kettle</div><p>Did you try?</p>"
    )
    for markup in (gmail, outlook):
        post = read(letter(markup, Content_Type="text/html; charset=utf-8", In_Reply_To=OUR_REPLY))
        assert post.text == "Thanks, that helps."


@given(st.text(alphabet="> \nOn2:-_aFrom", max_size=200), st.booleans())
def test_nothing_is_made_up_and_something_is_left(text: str, is_answer: bool) -> None:
    left = new_words(text, is_answer=is_answer)
    assert bool(left.strip()) == bool(text.strip())
    assert set(left.replace("[…]", "").split("\n")) <= {*text.split("\n"), *text.strip().split("\n"), ""} | {
        line.strip() for line in text.split("\n")
    }
