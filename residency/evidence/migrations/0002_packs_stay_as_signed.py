"""What was signed never changes, and what happened is only added to."""

from django.db import migrations

from foundation.database import append_only

HELD = """
CREATE FUNCTION evidence_pack_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a pack that was made is not removed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evidence_pack_is_kept';
    END IF;
    IF (NEW.file_id, NEW.reference, NEW.version, NEW.sequence, NEW.consent_id, NEW.facts_sha256, NEW.digest, NEW.jws,
            NEW.channel, NEW.sent_by_id, NEW.sent_at)
        IS DISTINCT FROM (OLD.file_id, OLD.reference, OLD.version, OLD.sequence, OLD.consent_id, OLD.facts_sha256,
            OLD.digest, OLD.jws, OLD.channel, OLD.sent_by_id, OLD.sent_at) THEN
        RAISE EXCEPTION 'a pack that was signed is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evidence_pack_is_frozen';
    END IF;
    IF NEW.result_number < OLD.result_number THEN
        RAISE EXCEPTION 'answers only move forward'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evidence_pack_answers_move_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_pack_is_held BEFORE UPDATE OR DELETE ON evidence_evidencepack
    FOR EACH ROW EXECUTE FUNCTION evidence_pack_is_held();

CREATE FUNCTION evidence_result_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.pack_id, NEW.withdrawal_id, NEW.external_id, NEW.number, NEW.outcome, NEW.codes,
            NEW.is_applied, NEW.at, NEW.recorded_at)
        IS DISTINCT FROM (OLD.pack_id, OLD.withdrawal_id, OLD.external_id, OLD.number, OLD.outcome, OLD.codes,
            OLD.is_applied, OLD.at, OLD.recorded_at) THEN
        RAISE EXCEPTION 'an answer stays as it came'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evidence_result_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_result_is_held BEFORE UPDATE OR DELETE ON evidence_evidenceresult
    FOR EACH ROW EXECUTE FUNCTION evidence_result_is_held();
"""

FREE = """
DROP TRIGGER evidence_pack_is_held ON evidence_evidencepack;
DROP FUNCTION evidence_pack_is_held();
DROP TRIGGER evidence_result_is_held ON evidence_evidenceresult;
DROP FUNCTION evidence_result_is_held();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_evidence_packs_and_their_answers")]

    operations = [
        # What is encrypted is left to the rotation of keys; the digest of a pack is not.
        migrations.RunSQL(HELD, FREE),
        append_only("evidence_evidenceevent"),
    ]
