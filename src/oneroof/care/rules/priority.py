"""Priority from need and risk: pure."""

URGENT_NEED, HIGH_NEED, NORMAL_NEED = 90, 70, 35


def priority_of(need: int, *, is_at_risk: bool) -> str:
    if is_at_risk or need >= URGENT_NEED:
        return "urgent"
    if need >= HIGH_NEED:
        return "high"
    return "normal" if need >= NORMAL_NEED else "low"
