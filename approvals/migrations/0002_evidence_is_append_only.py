"""The database itself refuses to change or drop evidence, whoever asks.

ENABLE ALWAYS: the triggers fire in a session that plays a replica, too. Details may be deleted,
for erasure; the entries that commit to them may not.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION approvals_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
BACKWARD = "DROP FUNCTION approvals_refuse_change();"

TABLES = {
    "approvals_auditentry": "UPDATE OR DELETE",
    "approvals_auditdetail": "UPDATE",
    "approvals_decision": "UPDATE OR DELETE",
    "approvals_revision": "UPDATE OR DELETE",
}


def protect(table: str, operations: str) -> migrations.RunSQL:
    forward = f"""
        CREATE TRIGGER evidence_rows BEFORE {operations} ON {table}
            FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
        CREATE TRIGGER evidence_table BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER evidence_rows;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER evidence_table;
    """
    backward = f"""
        DROP TRIGGER evidence_rows ON {table};
        DROP TRIGGER evidence_table ON {table};
    """
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        *(protect(table, operations) for table, operations in TABLES.items()),
    ]
