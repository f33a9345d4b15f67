"""The database keeps what was published: a scheme or a line of the catalogue in force can end earlier, nothing else."""

from django.db import migrations

TABLES = ("schemes_scheme", "schemes_occupationflag")

FREEZE = """
CREATE FUNCTION schemes_keep_what_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'published' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'published row % of % cannot be removed', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(OLD) - 'effective') IS DISTINCT FROM (to_jsonb(NEW) - 'effective') THEN
        RAISE EXCEPTION 'published row % of % cannot be changed', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.effective <> NEW.effective AND NOT (
        NOT isempty(NEW.effective)
        AND lower(NEW.effective) = lower(OLD.effective)
        AND NOT upper_inf(NEW.effective)
        AND (upper_inf(OLD.effective) OR upper(NEW.effective) < upper(OLD.effective))
    ) THEN
        RAISE EXCEPTION 'published row % of % can only end earlier', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION schemes_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % cannot be removed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION schemes_keep_what_is_published();
CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION schemes_never_emptied();
"""
    for table in TABLES
)

THAW = "".join(
    f"""
DROP TRIGGER {table}_never_emptied ON {table};
DROP TRIGGER {table}_keep ON {table};
"""
    for table in TABLES
) + """
DROP FUNCTION schemes_never_emptied();
DROP FUNCTION schemes_keep_what_is_published();
"""


class Migration(migrations.Migration):
    dependencies = [("schemes", "0001_schemes_and_occupation_flags")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
