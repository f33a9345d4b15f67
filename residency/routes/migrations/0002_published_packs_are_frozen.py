"""The database keeps what was published: a pack in force can end earlier, nothing else."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION routes_keep_what_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'published' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - 'effective') IS DISTINCT FROM (to_jsonb(NEW) - 'effective') THEN
        RAISE EXCEPTION 'published pack % cannot be changed or removed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.effective <> NEW.effective AND NOT (
        NOT isempty(NEW.effective)
        AND lower(NEW.effective) = lower(OLD.effective)
        AND NOT upper_inf(NEW.effective)
        AND (upper_inf(OLD.effective) OR upper(NEW.effective) < upper(OLD.effective))
    ) THEN
        RAISE EXCEPTION 'published pack % can only end earlier', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION routes_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % cannot be removed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER routes_routepack_keep BEFORE UPDATE OR DELETE ON routes_routepack
    FOR EACH ROW EXECUTE FUNCTION routes_keep_what_is_published();
CREATE TRIGGER routes_routepack_never_emptied BEFORE TRUNCATE ON routes_routepack
    FOR EACH STATEMENT EXECUTE FUNCTION routes_never_emptied();
"""

THAW = """
DROP TRIGGER routes_routepack_never_emptied ON routes_routepack;
DROP TRIGGER routes_routepack_keep ON routes_routepack;
DROP FUNCTION routes_never_emptied();
DROP FUNCTION routes_keep_what_is_published();
"""


class Migration(migrations.Migration):
    dependencies = [("routes", "0001_packs_and_estimates")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
