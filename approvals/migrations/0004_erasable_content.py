"""The content of a purged campaign can be erased, and nothing else can be done to it.

The database lets an UPDATE of a revision or decision through only where the campaign is marked
erased, the content becomes empty, and every other column (fingerprint, author, verdict, times)
stays as it was.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION approvals_allow_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    campaign bigint;
    content text[];
    erased boolean;
BEGIN
    IF TG_TABLE_NAME = 'approvals_revision' THEN
        campaign := NEW.campaign_id;
        content := ARRAY['title', 'brief', 'channels', 'budget', 'currency', 'launch_on', 'asset_url'];
        erased := NEW.title = '' AND NEW.brief = '' AND cardinality(NEW.channels) = 0
            AND NEW.budget = 0 AND NEW.currency = '' AND NEW.launch_on = DATE 'epoch'
            AND NEW.asset_url = '';
    ELSE
        SELECT campaign_id INTO campaign FROM approvals_revision WHERE id = NEW.revision_id;
        content := ARRAY['reason'];
        erased := NEW.reason = '';
    END IF;
    IF erased AND to_jsonb(NEW) - content = to_jsonb(OLD) - content
        AND EXISTS (SELECT FROM approvals_campaign WHERE id = campaign AND erased_at IS NOT NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
BACKWARD = "DROP FUNCTION approvals_allow_erasure();"


def allow_erasure(table: str) -> migrations.RunSQL:
    forward = f"""
        DROP TRIGGER evidence_rows ON {table};
        CREATE TRIGGER evidence_rows BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
        CREATE TRIGGER evidence_content BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION approvals_allow_erasure();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER evidence_rows;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER evidence_content;
    """
    backward = f"""
        DROP TRIGGER evidence_content ON {table};
        DROP TRIGGER evidence_rows ON {table};
        CREATE TRIGGER evidence_rows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER evidence_rows;
    """
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_erasure")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        allow_erasure("approvals_revision"),
        allow_erasure("approvals_decision"),
    ]
