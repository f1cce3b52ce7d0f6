"""Sums hold more than they did (the newest decisions): the worker adds up every portfolio again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0001_initial")]

    operations = [
        migrations.RunSQL("UPDATE dashboards_portfoliorollup SET is_dirty = true", migrations.RunSQL.noop),
    ]
