//! Agreements: every version signed by this hub, and only what its signature covers is in force (S1).

use crate::{Hub, HubError, actor};
use exchange::keys::Context;
use jiff::Timestamp;
use model::{AgreementId, UserId};
use policy::Agreement;
use store::{AgreementRow, Entry, StoreError, Tx};

impl Hub {
    /// Agreements in force now, with their ids. One that was changed in the database, or never signed, is not.
    pub(crate) fn agreements_in_force(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(AgreementId, Agreement)>, HubError> {
        let rows = self.store.read(|v| v.agreements())?;
        let mut found = Vec::new();
        for row in rows {
            if !self.is_signed(&row) {
                tracing::error!(agreement = %row.id, "its signature does not fit: it is not in force");
                continue;
            }
            let agreement: Agreement = serde_json::from_value(row.body)
                .map_err(|e| HubError::Stored(format!("agreement {}: {e}", row.id)))?;
            if agreement.in_force(now) {
                found.push((row.id, agreement));
            }
        }
        Ok(found)
    }

    /// Whether an agreement's version is what this hub signed.
    pub(crate) fn is_signed(&self, row: &AgreementRow) -> bool {
        let text = signed_text(row.id, row.version, &row.body);
        row.signature.parse().is_ok_and(|signature| {
            let key = self.identity.signing.verifying_key();
            key.verify(Context::Agreement, &[&text], &signature).is_ok()
        })
    }

    /// Puts an agreement, or a new version of one, in force, and signs it. Every version is kept.
    ///
    /// # Errors
    /// The agreement has flaws, or a database error.
    pub fn add_agreement(
        &self,
        id: Option<AgreementId>,
        agreement: &Agreement,
        by: Option<UserId>,
    ) -> Result<AgreementId, HubError> {
        let flaws: Vec<String> = agreement.flaws().iter().map(ToString::to_string).collect();
        if !flaws.is_empty() {
            return Err(HubError::Terminal(format!(
                "this agreement cannot be put in force: {}",
                flaws.join("; ")
            )));
        }
        let id = id.unwrap_or_else(|| AgreementId::new(uuid::Uuid::now_v7()));
        let body = serde_json::to_value(agreement).map_err(|e| HubError::Stored(e.to_string()))?;
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let version = tx.agreement_versions(id)?.first().map_or(1, |newest| newest.version + 1);
            let text = signed_text(id, version, &body);
            tx.add_agreement(&AgreementRow {
                id,
                version,
                body: body.clone(),
                starts_at: agreement.starts_at,
                ends_at: agreement.ends_at,
                added_at: tx.now(),
                added_by: by,
                signature: self.identity.signing.sign(Context::Agreement, &[&text]).to_string(),
            })?;
            tx.log(&Entry {
                kind: "agreement.added",
                actor: &actor(by),
                subject: &format!("agreement:{id}"),
                detail: serde_json::json!({
                    "version": version, "title": agreement.title, "digest": model::Digest::of(&text),
                }),
                ..Entry::default()
            })?;
            Ok::<_, StoreError>(())
        })?;
        Ok(id)
    }
}

/// What is signed: which version of which agreement says what. Objects' keys are sorted, so that a value that went
/// through the database gives the same bytes.
fn signed_text(id: AgreementId, version: u32, body: &serde_json::Value) -> Vec<u8> {
    serde_json::json!({ "agreement": id, "version": version, "body": body }).to_string().into_bytes()
}
