"""What a test that commits leaves to the next one: nothing."""

from threading import Event, Thread

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction

from oneroof.accounts.models import User
from oneroof.core.testing.tables import empty_tables, sources_of_migrations
from oneroof.insight import tallying

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_but_what_django_keeps_for_itself(agent: User) -> None:
    Group.objects.create(name="readers").permissions.add(Permission.objects.all()[0])
    cache.set("tries", 3)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('events', 'tell')")
    kinds = ContentType.objects.count()
    assert filled() > KEPT
    empty_tables()
    assert filled() == KEPT
    assert ContentType.objects.count() == kinds


@pytest.mark.django_db(transaction=True)
def test_who_still_writes_is_waited_for() -> None:
    written, go_on = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            User.objects.create_user("late@customers.example", name="Late", role="member")
            written.set()
            go_on.wait(10)
        connection.close()

    writer, emptying = Thread(target=write), Thread(target=lambda: (empty_tables(), connection.close()))
    writer.start()
    assert written.wait(10)
    emptying.start()
    emptying.join(0.3)
    assert emptying.is_alive()
    go_on.set()
    writer.join()
    emptying.join()
    assert not User.objects.exists()


def test_a_template_is_told_by_all_that_makes_its_tables() -> None:
    sources = sources_of_migrations()
    assert tallying.__file__ in sources
    assert [each for each in sources if each.endswith("listening/migrations/0002_partition_posts.py")]
    assert [each for each in sources if "procrastinate" in each]


def filled() -> set[str]:
    with connection.cursor() as cursor:
        names = [each.name for each in connection.introspection.get_table_list(cursor)]
        counted = " UNION ALL ".join(f"SELECT '{name}', EXISTS (SELECT FROM {name})" for name in names)
        cursor.execute(counted)
        return {name for name, has_rows in cursor.fetchall() if has_rows}
