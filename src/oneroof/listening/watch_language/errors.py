"""Every word the watch language says to a person, ready for gettext.

Translate `message` and `mend` where they are shown: ``gettext(error.message) % error.params``.
"""

from enum import Enum


def _(message: str) -> str:
    """Marks a message for extraction. Django's own marker asks for settings, which parsing does without."""
    return message


class Fault(Enum):
    """(what is wrong, how to mend it)"""

    EMPTY = (_("The watch is empty."), _("Write at least one word to look for."))
    TOO_LONG = (
        _("The watch has %(characters)d characters; %(limit)d are allowed."),
        _("Make two watches of it."),
    )
    TOO_MANY_CONDITIONS = (_("The watch has more than %(limit)d conditions."), _("Make two watches of it."))
    TOO_MANY_PREFIXES = (
        _("The watch has more than %(limit)d beginnings of words."),
        _("Write some of the words out, or make two watches of it."),
    )
    TOO_MANY_NEARS = (_("The watch has more than %(limit)d NEARs."), _("Make two watches of it."))
    TOO_DEEP = (
        _("More than %(limit)d parentheses are open inside each other."),
        _("Take away those that are not needed, or make two watches of it."),
    )
    UNCLOSED_PARENTHESIS = (_("This parenthesis is not closed."), _("Add a ) where the group ends."))
    UNOPENED_PARENTHESIS = (
        _("This ) closes nothing."),
        _("Take it away, or add a ( where the group begins."),
    )
    EMPTY_PARENTHESES = (_("There is nothing between these parentheses."), _("Write words between them."))
    UNCLOSED_QUOTE = (_("This quotation mark is not closed."), _('Add a " where the phrase ends.'))
    MISSING_LEFT = (
        _("%(operator)s has nothing before it."),
        _("Write what comes before it; to look for the word itself, write it in small letters."),
    )
    MISSING_RIGHT = (
        _("%(operator)s has nothing after it."),
        _("Write what comes after it; to look for the word itself, write it in small letters."),
    )
    LONE_DASH = (
        _("A dash by itself leaves nothing out."),
        _("Put it right before what is to be left out, without a space, or take it away."),
    )
    NO_WORD = (
        _("There is no word, hashtag, handle or emoji in “%(text)s”."),
        _("Take it away: punctuation and ornaments cannot be looked for."),
    )
    STAR_PLACE = (
        _("A * stands only at the end of a word."),
        _("Write the beginning of a word and then the *, as in charg*."),
    )
    PREFIX_TOO_SHORT = (
        _("“%(text)s” is too short a beginning: a * needs at least %(limit)d letters before it."),
        _("Write more letters of the word."),
    )
    NEAR_NUMBER = (
        _("NEAR needs the number of words, from 1 to %(limit)d."),
        _("Write for example NEAR/5, without spaces."),
    )
    NEAR_OPERAND = (
        _("NEAR stands only between words, phrases, and choices of them in parentheses."),
        _("Write for example (cheap OR free) NEAR/5 screen; put NOT, fields and AND outside."),
    )
    UNKNOWN_FIELD = (
        _("There is no field “%(name)s:”. The fields are %(fields)s."),
        _('Use one of them, or put the text in quotation marks: "%(text)s".'),
    )
    FIELD_VALUE_MISSING = (
        _("“%(name)s:” has no value."),
        _("Write the value right after the colon, without a space."),
    )
    FIELD_VALUE = (_("“%(text)s” is no value for “%(name)s:”."), _("Write %(example)s."))
    FIELD_CHOICE = (
        _("Only values and OR may stand in the parentheses of a field."),
        _("Write for example %(name)s:(one OR other)."),
    )
    MATCHES_EVERYTHING = (
        _("This part could match nearly every post, because it asks for no word, author or source."),
        _("Add a word that must be there, to this part or by AND to the whole watch."),
    )


LOWER_CASE_OPERATOR = _("“%(word)s” is looked for as a word. As an operator, write %(operator)s.")


class WatchSyntaxError(ValueError):
    """`position` counts characters from 0; `message` and `mend` are gettext templates for `params`."""

    def __init__(self, fault: Fault, position: int, length: int = 1, **params: str | int) -> None:
        self.fault = fault
        self.message, self.mend = fault.value
        self.position = position
        self.length = length
        self.params = params
        super().__init__(f"At character {position + 1}: {self.message % params} {self.mend % params}")
