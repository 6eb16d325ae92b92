"""The database itself refuses to change or drop what was done to credentials.

ENABLE ALWAYS: the triggers fire in a session that plays a replica, too.
"""

from django.db import migrations

TABLE = "installations_installationauditentry"
FORWARD = f"""
    CREATE FUNCTION installations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER evidence_rows BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION installations_refuse_change();
    CREATE TRIGGER evidence_table BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION installations_refuse_change();
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER evidence_rows;
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER evidence_table;
"""
BACKWARD = f"""
    DROP TRIGGER evidence_rows ON {TABLE};
    DROP TRIGGER evidence_table ON {TABLE};
    DROP FUNCTION installations_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("installations", "0002_vault")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
