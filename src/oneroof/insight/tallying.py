"""The database keeps the tallies: a trigger a table and kind of change, once a statement, whoever changed rows.

By each pair of sides and day, for what at most one side narrows; by all six together, a day and a month, for what
more of them narrow. Exact by their making: what a statement takes away and adds is counted from the rows, in the
same transaction. Cells are written in the order of their key, so that two who write wait for each other and do
not block.
"""

SIDES = ("place", "product", "reason", "feeling", "language", "department")
"""Numbered from 1, as ``Side`` is."""
PAIRS = ", ".join(
    f"({a}, {one}, {b}, {other})"
    for a, one in enumerate(SIDES, 1)
    for b, other in enumerate(SIDES, 1)
    if a <= b
)
OF_POST = """
    'source ' || source_id AS place, coalesce(product_id::text, '') AS product,
    coalesce(reason_id::text, '') AS reason, coalesce(feeling::text, '') AS feeling, lang AS language,
    coalesce(department_id::text, '') AS department, (said_at AT TIME ZONE 'UTC')::date AS day"""
OF_CONTACT = """
    left('channel ' || channel, 80) AS place, coalesce(product_id::text, '') AS product,
    coalesce(reason_id::text, '') AS reason, coalesce(feeling::text, '') AS feeling, lang AS language,
    coalesce(department_id::text, '') AS department, (opened_at AT TIME ZONE 'UTC')::date AS day"""
TABLES = {"posts": ("insight_placedpost", OF_POST), "contacts": ("insight_contact", OF_CONTACT)}
CELLS = """
    SELECT side_a, value_a, side_b, value_b, day, sum(rows) AS counted
    FROM net, LATERAL (VALUES {pairs}) AS pair (side_a, value_a, side_b, value_b)
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(rows) <> 0"""
MIXTURES = {"day": "insight_slicedday", "month": "insight_slicedmonth"}
ALL_SIDES = "day, feeling, language, department, product, reason, place"
KEPT = """
    INSERT INTO {table} AS kept ({sides}, posts, contacts)
    SELECT * FROM (
        SELECT date_trunc('{unit}', day)::date AS day, feeling, language, department, product, reason, place,
            {posts} AS posts, {contacts} AS contacts
        FROM (SELECT {sides}, rows AS counted FROM net) AS net GROUP BY 1, 2, 3, 4, 5, 6, 7
    ) AS mixed WHERE posts <> 0 OR contacts <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT ({sides})
    DO UPDATE SET posts = kept.posts + excluded.posts, contacts = kept.contacts + excluded.contacts"""
FUNCTION = """
CREATE OR REPLACE FUNCTION insight_tally_{counted}_{change}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH facts AS ({facts}),
    net AS (
        SELECT place, product, reason, feeling, language, department, day, sum(sign) AS rows FROM facts
        GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(sign) <> 0
    ),
    cells AS ({cells}),
    daily AS ({daily}),
    monthly AS ({monthly})
    INSERT INTO insight_tally AS kept (side_a, value_a, side_b, value_b, day, posts, contacts)
    SELECT side_a, value_a, side_b, value_b, day, {posts}, {contacts} FROM cells ORDER BY 1, 2, 3, 5, 4
    ON CONFLICT (side_a, value_a, side_b, day, value_b)
    DO UPDATE SET posts = kept.posts + excluded.posts, contacts = kept.contacts + excluded.contacts;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS insight_tally_{change} ON {table};
CREATE TRIGGER insight_tally_{change} AFTER {change} ON {table} REFERENCING {referencing}
FOR EACH STATEMENT EXECUTE FUNCTION insight_tally_{counted}_{change}();
"""
DEPARTMENTS = """
CREATE OR REPLACE FUNCTION insight_department_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.department_id := coalesce(
        (SELECT department_id FROM insight_reason WHERE id = NEW.reason_id),
        (SELECT department_id FROM listening_source WHERE id = NEW.source_id));
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION insight_department_of_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.department_id := (SELECT department_id FROM insight_reason WHERE id = NEW.reason_id);
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION insight_reason_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE insight_placedpost SET department_id = NULL WHERE reason_id = NEW.id;
    UPDATE insight_contact SET department_id = NULL WHERE reason_id = NEW.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION insight_source_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE insight_placedpost SET department_id = NULL WHERE source_id = NEW.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER insight_department BEFORE INSERT OR UPDATE OF reason_id, source_id, department_id
ON insight_placedpost FOR EACH ROW EXECUTE FUNCTION insight_department_of_post();
CREATE OR REPLACE TRIGGER insight_department BEFORE INSERT OR UPDATE OF reason_id, department_id
ON insight_contact FOR EACH ROW EXECUTE FUNCTION insight_department_of_contact();
CREATE OR REPLACE TRIGGER insight_reason_moved AFTER UPDATE OF department_id ON insight_reason
FOR EACH ROW WHEN (OLD.department_id IS DISTINCT FROM NEW.department_id) EXECUTE FUNCTION insight_reason_moved();
CREATE OR REPLACE TRIGGER insight_source_moved AFTER UPDATE OF department_id ON listening_source
FOR EACH ROW WHEN (OLD.department_id IS DISTINCT FROM NEW.department_id) EXECUTE FUNCTION insight_source_moved();
"""
"""Whose a row is follows from its reason and its source, and moves with them."""
SEEN = {
    "insert": (("1", "added"),),
    "update": (("1", "added"), ("-1", "removed")),
    "delete": (("-1", "removed"),),
}
NAMED = {"added": "NEW TABLE AS added", "removed": "OLD TABLE AS removed"}


def triggers() -> str:
    """All of them, as one piece of SQL."""
    return "\n".join([DEPARTMENTS, *(_trigger(counted, change) for counted in TABLES for change in SEEN)])


def _trigger(counted: str, change: str) -> str:
    table, columns = TABLES[counted]
    facts = " UNION ALL ".join(f"SELECT {sign} AS sign, {columns} FROM {rows}" for sign, rows in SEEN[change])
    return FUNCTION.format(
        counted=counted,
        change=change,
        table=table,
        facts=facts,
        cells=CELLS.format(pairs=PAIRS),
        daily=_kept(counted, "day"),
        monthly=_kept(counted, "month"),
        posts="counted" if counted == "posts" else "0",
        contacts="counted" if counted == "contacts" else "0",
        referencing=" ".join(NAMED[rows] for _sign, rows in SEEN[change]),
    )


def _kept(counted: str, unit: str) -> str:
    figures = {each: "sum(counted)" if each == counted else "0" for each in TABLES}
    return KEPT.format(table=MIXTURES[unit], unit=unit, sides=ALL_SIDES, **figures)


def fill() -> str:
    """Where there were rows before the triggers: their sides are filled in, then all is counted."""
    return f"""
    UPDATE insight_placedpost AS placed SET lang = coalesce(post.lang, ''), feeling = CASE
        WHEN post.feeling IS NULL THEN NULL WHEN post.feeling >= 0.05 THEN 1 WHEN post.feeling <= -0.05 THEN -1
        ELSE 0 END
    FROM listening_post AS post WHERE post.id = placed.post_id AND post.said_at = placed.said_at;
    UPDATE insight_placedpost SET department_id = coalesce(
        (SELECT department_id FROM insight_reason WHERE id = reason_id),
        (SELECT department_id FROM listening_source WHERE id = source_id));
    UPDATE insight_contact SET department_id = (SELECT department_id FROM insight_reason WHERE id = reason_id);
    INSERT INTO insight_tally (side_a, value_a, side_b, value_b, day, posts, contacts) {recount()};
    """


def fill_mixtures() -> str:
    """Where there were rows before these were kept. The triggers stand already, and hold back who writes."""
    return "".join(
        f"INSERT INTO {table} ({ALL_SIDES}, posts, contacts) {recount_mixtures(unit)};"
        for unit, table in MIXTURES.items()
    )


def recount() -> str:
    """A SELECT of what the tallies should be, from the rows alone."""
    return (
        "SELECT side_a, value_a, side_b, value_b, day, sum(posts), sum(contacts)"
        f" FROM ({_facts()}) AS facts, LATERAL (VALUES {PAIRS}) AS pair (side_a, value_a, side_b, value_b)"
        " GROUP BY 1, 2, 3, 4, 5"
    )


def recount_mixtures(unit: str) -> str:
    """The same of all six sides together, by day or by month."""
    others = ALL_SIDES.removeprefix("day, ")
    return (
        f"SELECT date_trunc('{unit}', day)::date AS day, {others}, sum(posts), sum(contacts)"
        f" FROM ({_facts()}) AS facts GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )


def _facts() -> str:
    return " UNION ALL ".join(
        f"SELECT {columns}, {posts} AS posts, {contacts} AS contacts FROM {table}"
        for (table, columns), posts, contacts in zip(TABLES.values(), (1, 0), (0, 1), strict=True)
    )
