"""The database keeps conditions that were published, and the history of applications."""

from django.db import migrations

from foundation.database import append_only

FREEZE = """
CREATE FUNCTION condition_edition_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['effective', 'verified_by_id', 'verified_at'];
BEGIN
    IF OLD.status <> 'published' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'published conditions % cannot be removed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'published conditions % cannot be changed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.effective <> NEW.effective AND NOT (
        NOT isempty(NEW.effective)
        AND lower(NEW.effective) = lower(OLD.effective)
        AND NOT upper_inf(NEW.effective)
        AND (upper_inf(OLD.effective) OR upper(NEW.effective) < upper(OLD.effective))
    ) THEN
        RAISE EXCEPTION 'published conditions % can only end earlier', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.verified_at IS NOT NULL
       AND (OLD.verified_at, OLD.verified_by_id) IS DISTINCT FROM (NEW.verified_at, NEW.verified_by_id) THEN
        RAISE EXCEPTION 'conditions % are verified once', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER condition_edition_keep BEFORE UPDATE OR DELETE ON applications_conditionedition
    FOR EACH ROW EXECUTE FUNCTION condition_edition_keep();

CREATE FUNCTION condition_part_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    editions bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'DELETE' THEN editions := editions || NEW.edition_id; END IF;
    IF TG_OP <> 'INSERT' THEN editions := editions || OLD.edition_id; END IF;
    IF EXISTS (SELECT 1 FROM applications_conditionedition
               WHERE id = ANY(editions) AND status = 'published') THEN
        RAISE EXCEPTION 'the routes and names of published conditions stay' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER condition_route_keep BEFORE INSERT OR UPDATE OR DELETE ON applications_conditionroute
    FOR EACH ROW EXECUTE FUNCTION condition_part_keep();
CREATE TRIGGER condition_name_keep BEFORE INSERT OR UPDATE OR DELETE ON applications_conditionname
    FOR EACH ROW EXECUTE FUNCTION condition_part_keep();

CREATE FUNCTION conditions_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'conditions cannot be removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER condition_edition_never_emptied BEFORE TRUNCATE ON applications_conditionedition
    FOR EACH STATEMENT EXECUTE FUNCTION conditions_never_emptied();
"""

THAW = """
DROP TRIGGER condition_edition_never_emptied ON applications_conditionedition;
DROP FUNCTION conditions_never_emptied();
DROP TRIGGER condition_name_keep ON applications_conditionname;
DROP TRIGGER condition_route_keep ON applications_conditionroute;
DROP FUNCTION condition_part_keep();
DROP TRIGGER condition_edition_keep ON applications_conditionedition;
DROP FUNCTION condition_edition_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_conditions_and_applications")]

    operations = [
        migrations.RunSQL(FREEZE, THAW),
        append_only("applications_applicationdecision"),
        append_only("applications_applicationmark"),
        append_only("applications_applicationevent"),
    ]
