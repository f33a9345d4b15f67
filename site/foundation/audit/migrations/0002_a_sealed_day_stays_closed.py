from django.db import migrations

# As in 0001, and besides: what is recorded after a day was sealed goes to the day after it at the earliest. Without this
# a clock set back over midnight, before anything was recorded on the new day, put an event under a seal.
LINK = """
CREATE OR REPLACE FUNCTION audit_link_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_auditlink;
    today date;
    next_number integer := 1;
    before bytea := decode(repeat('00', 32), 'hex');
BEGIN
    -- Runs at commit, so writers queue only here. 0x61756469 is "audi".
    PERFORM pg_advisory_xact_lock(1635083369, 1);
    SELECT * INTO last FROM audit_auditlink ORDER BY day DESC, number DESC LIMIT 1;
    SELECT greatest((audit_clock() AT TIME ZONE 'Asia/Shanghai')::date, max(day) + 1) INTO today FROM audit_auditdayhead;
    IF last.id IS NOT NULL THEN
        before := last.digest;
        IF last.day >= today THEN  -- a clock set back never reopens an earlier day
            today := last.day;
            next_number := last.number + 1;
        END IF;
    END IF;
    INSERT INTO audit_auditlink (event_id, day, number, previous, digest)
    VALUES (NEW.id, today, next_number, before,
            sha256(before || convert_to(audit_canonical(today, next_number, NEW), 'UTF8')));
    RETURN NULL;
END $$;
"""
AS_BEFORE = LINK.replace(
    "SELECT greatest((audit_clock() AT TIME ZONE 'Asia/Shanghai')::date, max(day) + 1) INTO today FROM audit_auditdayhead;",
    "today := (audit_clock() AT TIME ZONE 'Asia/Shanghai')::date;",
)


class Migration(migrations.Migration):

    dependencies = [("audit", "0001_events_and_their_chain")]

    operations = [migrations.RunSQL(LINK, AS_BEFORE)]
