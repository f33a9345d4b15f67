"""The database keeps what was published: a value in force can be closed and verified, never changed or removed."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION policy_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['effective', 'verified_by_id', 'verified_at'];
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.value <> trunc(NEW.value)
       AND (SELECT unit FROM policy_parameter WHERE id = NEW.parameter_id) = 'fen' THEN
        RAISE EXCEPTION 'an amount is a whole number of fen' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' OR OLD.status <> 'published' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'published policy version % cannot be removed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
        RAISE EXCEPTION 'published policy version % cannot be changed', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.effective <> NEW.effective AND NOT (
        NOT isempty(NEW.effective)
        AND lower(NEW.effective) = lower(OLD.effective)
        AND NOT upper_inf(NEW.effective)
        AND (upper_inf(OLD.effective) OR upper(NEW.effective) < upper(OLD.effective))
    ) THEN
        RAISE EXCEPTION 'published policy version % can only end earlier', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.verified_at IS NOT NULL AND (OLD.verified_at, OLD.verified_by_id) IS DISTINCT FROM (NEW.verified_at, NEW.verified_by_id) THEN
        RAISE EXCEPTION 'policy version % is verified once', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_version_keep BEFORE INSERT OR UPDATE OR DELETE ON policy_parameterversion
    FOR EACH ROW EXECUTE FUNCTION policy_version_keep();

CREATE FUNCTION policy_version_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'policy versions cannot be removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER policy_version_never_emptied BEFORE TRUNCATE ON policy_parameterversion
    FOR EACH STATEMENT EXECUTE FUNCTION policy_version_never_emptied();

CREATE FUNCTION policy_parameter_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.code, OLD.unit, OLD.city_code) IS DISTINCT FROM (NEW.code, NEW.unit, NEW.city_code)
       AND EXISTS (SELECT 1 FROM policy_parameterversion WHERE parameter_id = OLD.id AND status = 'published') THEN
        RAISE EXCEPTION 'parameter % has published values: its code, unit and place stay', OLD.code
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_parameter_keep BEFORE UPDATE ON policy_parameter
    FOR EACH ROW EXECUTE FUNCTION policy_parameter_keep();
"""

THAW = """
DROP TRIGGER policy_parameter_keep ON policy_parameter;
DROP FUNCTION policy_parameter_keep();
DROP TRIGGER policy_version_never_emptied ON policy_parameterversion;
DROP FUNCTION policy_version_never_emptied();
DROP TRIGGER policy_version_keep ON policy_parameterversion;
DROP FUNCTION policy_version_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_policy_documents_and_parameters")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
