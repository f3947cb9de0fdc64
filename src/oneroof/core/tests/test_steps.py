"""Headings are places that links lead to, and what people write can't make others."""

from oneroof.core.steps import render_with_steps, step_at, steps_of

TEXT = "Before.\n\n# Empty it\n\nPull the plug.\n\n### Descale it\n\nUse `acid`.\n\n## Empty it\n\nAgain."


def test_each_heading_has_its_place_and_none_is_skipped() -> None:
    html, steps = render_with_steps(TEXT)
    assert [(step.level, step.title, step.anchor) for step in steps] == [
        (2, "Empty it", "s-empty-it"),
        (3, "Descale it", "s-descale-it"),
        (2, "Empty it", "s-empty-it-2"),
    ]
    assert '<h3 id="s-descale-it">Descale it</h3>' in html
    assert "<h1" not in html


def test_a_passage_lies_under_its_step() -> None:
    assert step_at(TEXT, "Use `acid`.") == "s-descale-it"
    assert step_at(TEXT, "## Empty it\n\nAgain.") == "s-empty-it-2"
    assert step_at(TEXT, "Before.") == step_at(TEXT, "Never said.") == step_at(TEXT, " ") == ""


def test_scripts_and_ids_of_people_do_not_come_through() -> None:
    html, steps = render_with_steps('# <img id="main" src=x onerror=alert(1)> `x`\n\n<h2 id="main">x</h2>')
    assert "<img" not in html
    assert '<h2 id="main"' not in html
    assert len(steps) == 1


def test_words_of_any_script_lead_somewhere() -> None:
    assert [step.anchor for step in steps_of("# 湯を沸かす\n\n# !?")] == ["s-湯を沸かす", "s-step"]
