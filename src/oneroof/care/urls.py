from django.urls import URLPattern, path

from oneroof.care.views import (
    approvals,
    bulk,
    claim,
    conversation,
    decisions,
    handoff,
    inbox,
    levels,
    notes,
    outbox,
    policies,
    replies,
    saved_replies,
    saved_views,
    states,
    taking,
)

app_name = "care"

LIST = "desk/inbox/"
ONE = "desk/inbox/<int:conversation_id>/"
REPLY = "desk/inbox/replies/<int:reply_id>/"
WAITING = "desk/outbox/"
SAVED = "desk/settings/saved-replies/"
SERVICE = "desk/settings/service/"

urlpatterns: list[URLPattern] = [
    path(LIST, inbox.inbox, name="inbox"),
    path(f"{LIST}changes/", inbox.inbox_changes, name="inbox_changes"),
    path(f"{LIST}export/", inbox.inbox_export, name="inbox_export"),
    path(f"{LIST}chosen/<slug:verb>/", bulk.bulk, name="bulk"),
    path(f"{LIST}views/", saved_views.saved_view, name="saved_view"),
    path(f"{LIST}views/<int:view_id>/removal/", saved_views.saved_view_removal, name="saved_view_removal"),
    path(f"{LIST}posts/<int:post_id>/", taking.taking, name="taking"),
    path(ONE, conversation.conversation, name="conversation"),
    path(f"{ONE}changes/", conversation.conversation_changes, name="conversation_changes"),
    path(f"{ONE}claim/", claim.claim, name="claim"),
    path(f"{ONE}claim/release/", claim.release, name="release"),
    path(f"{ONE}claim/takeover/", claim.takeover, name="takeover"),
    path(f"{ONE}handoff/", handoff.handoff, name="handoff"),
    path(f"{ONE}notes/", notes.note, name="note"),
    path(f"{ONE}tags/", notes.tag, name="tag"),
    path(f"{ONE}tags/removal/", notes.tag_removal, name="tag_removal"),
    path(f"{ONE}snooze/", states.snooze, name="snooze"),
    path(f"{ONE}waking/", states.waking, name="waking"),
    path(f"{ONE}closure/", states.closure, name="closure"),
    path(f"{ONE}reopening/", states.reopening, name="reopening"),
    path(f"{ONE}priority/", states.priority, name="priority"),
    path(f"{ONE}draft/", replies.draft, name="draft"),
    path(f"{ONE}preview/", replies.preview, name="preview"),
    path(f"{ONE}replies/", replies.reply, name="reply"),
    path(f"{ONE}answered-by-hand/", replies.by_hand, name="by_hand"),
    path(f"{REPLY}withdrawal/", decisions.withdrawal, name="withdrawal"),
    path(f"{REPLY}not-answered/", decisions.not_answered, name="not_answered"),
    path(f"{REPLY}confirmation/", decisions.confirmation, name="confirmation"),
    path(f"{REPLY}resending/", decisions.resending, name="resending"),
    path(f"{REPLY}sending-all-the-same/", decisions.sending_all_the_same, name="sending_all_the_same"),
    path(WAITING, outbox.outbox, name="outbox"),
    path(f"{WAITING}<int:reply_id>/", outbox.outbox, name="outbox"),
    path(f"{WAITING}<int:reply_id>/<slug:verb>/", outbox.decision, name="decision"),
    path(f"{WAITING}approvals/", approvals.approvals, name="approvals"),
    path(f"{WAITING}approvals/<int:reply_id>/", approvals.approvals, name="approvals"),
    path(f"{WAITING}approvals/<int:reply_id>/approval/", approvals.approval, name="approval"),
    path(f"{WAITING}approvals/<int:reply_id>/return/", approvals.sending_back, name="sending_back"),
    path(f"{WAITING}people/", approvals.trust, name="trust"),
    path(f"{WAITING}people/<int:user_id>/", approvals.trust_of, name="trust_of"),
    path("desk/levels/", levels.levels, name="levels"),
    path(SAVED, saved_replies.saved_replies, name="saved_replies"),
    path(f"{SAVED}new/", saved_replies.saved_reply_add, name="saved_reply_add"),
    path(f"{SAVED}<int:saved_id>/", saved_replies.saved_reply, name="saved_reply"),
    path(f"{SAVED}<int:saved_id>/review/", saved_replies.review, name="saved_reply_review"),
    path(f"{SAVED}<int:saved_id>/deletion/", saved_replies.deletion, name="saved_reply_deletion"),
    path(SERVICE, policies.policies, name="policies"),
    path(f"{SERVICE}priorities/<slug:priority>/", policies.policy, name="policy"),
    path(f"{SERVICE}care/", policies.settings, name="settings"),
    path(f"{SERVICE}hours/new/", policies.hours_add, name="hours_add"),
    path(f"{SERVICE}hours/<int:hours_id>/", policies.hours, name="hours"),
]
