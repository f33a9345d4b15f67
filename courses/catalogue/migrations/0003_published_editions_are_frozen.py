"""The database keeps a published edition as it is: it can end earlier or be retired, nothing else."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION catalogue_edition_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['effective', 'status'];
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.status = 'draft'
       OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
       OR isempty(NEW.effective) OR lower(NEW.effective) <> lower(OLD.effective)
       OR coalesce(upper(NEW.effective), 'infinity') > coalesce(upper(OLD.effective), 'infinity') THEN
        RAISE EXCEPTION 'published edition % cannot be changed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_edition_keep BEFORE UPDATE OR DELETE ON catalogue_packageversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_edition_keep();

CREATE FUNCTION catalogue_module_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM catalogue_packageversion WHERE status <> 'draft'
                AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END,
                           CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)) THEN
        RAISE EXCEPTION 'the modules of a published edition cannot be changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER catalogue_module_keep BEFORE INSERT OR UPDATE OR DELETE ON catalogue_packagemodule
    FOR EACH ROW EXECUTE FUNCTION catalogue_module_keep();

CREATE FUNCTION catalogue_unit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM catalogue_packageversion v JOIN catalogue_packagemodule m ON m.version_id = v.id
                WHERE v.status <> 'draft'
                  AND m.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.module_id END,
                               CASE WHEN TG_OP <> 'DELETE' THEN NEW.module_id END)) THEN
        RAISE EXCEPTION 'the units of a published edition cannot be changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER catalogue_unit_keep BEFORE INSERT OR UPDATE OR DELETE ON catalogue_packageunit
    FOR EACH ROW EXECUTE FUNCTION catalogue_unit_keep();
"""

THAW = """
DROP TRIGGER catalogue_unit_keep ON catalogue_packageunit;
DROP FUNCTION catalogue_unit_keep();
DROP TRIGGER catalogue_module_keep ON catalogue_packagemodule;
DROP FUNCTION catalogue_module_keep();
DROP TRIGGER catalogue_edition_keep ON catalogue_packageversion;
DROP FUNCTION catalogue_edition_keep();
"""


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0002_editions_are_published_by_another")]

    operations = [migrations.RunSQL(sql=FREEZE, reverse_sql=THAW)]
