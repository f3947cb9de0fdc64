"""What is done to people's records, in the audit's words."""

from django.utils.translation import gettext_noop as noop

CUSTOMER_DEEDS = {
    "person.joined": noop("joined them with another"),
    "person.join_refused": noop("said that they are not another"),
    "person.parted": noop("parted them from another"),
    "person.reach_chosen": noop("noted how they like to be reached"),
    "person.consent_noted": noop("noted what they said we may do"),
    "person.origin_noted": noop("noted how they came"),
    "referral.made": noop("made it"),
    "referral.switched": noop("switched it on or off"),
    "segment.saved": noop("saved it"),
    "segment.removed": noop("removed it"),
    "people.exported": noop("took people as a file"),
    "crm.set_up": noop("set it up"),
    "crm.changed": noop("changed it"),
    "crm.secrets_renewed": noop("renewed its secrets"),
    "crm.tried_again": noop("had it try again"),
    "crm.switched_off": noop("switched it off"),
    "crm.removed": noop("removed it"),
    "retention.changed": noop("changed how long it stays"),
    "person.exported": noop("took all that is kept of them as a file"),
    "person.erased": noop("erased them"),
}
