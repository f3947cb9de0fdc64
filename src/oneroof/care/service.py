"""Due times, made of the policy of a priority and kept with its snapshot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from oneroof.care.models import Conversation, ServicePolicy
from oneroof.care.rules.clocks import due_at, hours_of


class Policies:
    """Every policy as it is now; made once for a batch."""

    def __init__(self) -> None:
        self._snapshots = {
            policy.priority: snapshot(policy) for policy in ServicePolicy.objects.select_related("hours")
        }
        self._hours = {name: hours_of(each["hours"]) for name, each in self._snapshots.items()}

    def due_times(self, priority: str, opened_at: datetime) -> dict[str, Any]:
        """The columns of its clocks; a priority without a policy has none."""
        kept = self._snapshots.get(priority)
        if kept is None:
            return {"first_due_at": None, "resolution_due_at": None, "policy": {}}
        hours = self._hours[priority]
        return {
            "first_due_at": due_at(opened_at, kept["first_response_minutes"], hours),
            "resolution_due_at": due_at(opened_at, kept["resolution_minutes"], hours),
            "policy": kept,
        }


def snapshot(policy: ServicePolicy) -> dict[str, Any]:
    hours = policy.hours
    return {
        "priority": policy.priority,
        "first_response_minutes": policy.first_response_minutes,
        "resolution_minutes": policy.resolution_minutes,
        "hours": hours
        and {
            "name": hours.name,
            "time_zone": hours.time_zone,
            "days": hours.days,
            "closed_on": hours.closed_on,
        },
    }


def with_due_times(conversation: Conversation) -> Mapping[str, Any]:
    """The columns of its clocks under the policies of now."""
    return Policies().due_times(conversation.priority, conversation.opened_at)
