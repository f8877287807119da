//! What recipients and watch officers do with alerts, and what the clock does.

use crate::{Event, Hub, HubError, Refusal};
use model::{AlertId, AlertState, Role};
use policy::Action;
use screening::alert;
use store::{AlertRow, Entry, StoreError, Tx, UserRow};

impl Hub {
    /// Alerts that this person may see, newest first: those addressed to them; all for watch officers. Seeing an
    /// alert on the desk delivers it.
    ///
    /// # Errors
    /// They may see none, or a database error.
    pub fn alerts_for(&self, user: &UserRow, limit: usize) -> Result<Vec<AlertRow>, HubError> {
        policy::may(&user.roles, Action::HandleAlert)
            .or_else(|_| policy::may(&user.roles, Action::WatchAlerts))
            .or_else(|_| policy::may(&user.roles, Action::RetractAlert))?;
        let sees_all = policy::may(&user.roles, Action::WatchAlerts).is_ok()
            || policy::may(&user.roles, Action::RetractAlert).is_ok();
        let rows =
            self.store.read(|v| if sees_all { v.alerts(limit) } else { v.alerts_for(user.id, limit) })?;
        if policy::may(&user.roles, Action::HandleAlert).is_ok() {
            self.deliver(&rows, user)?;
            return Ok(self
                .store
                .read(|v| if sees_all { v.alerts(limit) } else { v.alerts_for(user.id, limit) })?);
        }
        Ok(rows)
    }

    fn deliver(&self, rows: &[AlertRow], user: &UserRow) -> Result<(), HubError> {
        let mut news = Vec::new();
        for row in rows {
            let mine =
                self.store.read(|v| v.alert_recipients(row.id))?.into_iter().find(|r| r.user == user.id);
            let retracted = row.state == AlertState::Retracted;
            if mine.is_some_and(|m| {
                if retracted { m.retraction_seen_at.is_none() } else { m.delivered_at.is_none() }
            }) {
                news.push((row.clone(), retracted));
            }
        }
        if news.is_empty() {
            return Ok(());
        }
        self.store.write(self.now(), |tx: &Tx<'_>| {
            for (row, retracted) in &news {
                if !tx.note_alert_seen(row.id, user.id, *retracted)? {
                    continue;
                }
                if let Ok(next) = alert::step(row.state, alert::Event::Delivered)
                    && next != row.state
                {
                    tx.update_alert(&AlertRow { state: next, ..row.clone() }, row.state)?;
                }
                let kind = if *retracted { "alert.retraction_delivered" } else { "alert.delivered" };
                tx.log(&Entry {
                    kind,
                    actor: &crate::actor(Some(user.id)),
                    subject: &format!("alert:{}", row.id),
                    ..Entry::default()
                })?;
            }
            Ok::<_, StoreError>(())
        })?;
        self.tell(&[Event::Board]);
        Ok(())
    }

    /// One alert, if this person may see it.
    ///
    /// # Errors
    /// They may not, there is none, or a database error.
    pub fn alert_for(&self, id: AlertId, user: &UserRow) -> Result<AlertRow, HubError> {
        let rows = self.alerts_for(user, usize::MAX >> 1)?;
        rows.into_iter().find(|a| a.id == id).ok_or(HubError::Refused(Refusal::AlertNotYours))
    }

    /// Acknowledges, takes in hand or closes an alert.
    ///
    /// # Errors
    /// The person is no recipient, it cannot be done now, or a database error.
    pub fn act_on_alert(
        &self,
        id: AlertId,
        user: &UserRow,
        event: alert::Event,
        note: &str,
    ) -> Result<(), HubError> {
        policy::may(&user.roles, Action::HandleAlert)?;
        self.alert_for(id, user)?;
        let kind = match event {
            alert::Event::Acknowledge => "alert.acknowledged",
            alert::Event::TakeInHand => "alert.in_hand",
            alert::Event::Close => "alert.closed",
            _ => return Err(Refusal::AlertNotRecipients.into()),
        };
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let mut row = tx.alert(id)?;
            let from = row.state;
            row.state = alert::step(from, event)?;
            row.next_escalation_at = None;
            if row.acknowledged_at.is_none() {
                row.acknowledged_by = Some(user.id);
                row.acknowledged_at = Some(tx.now());
            }
            if !note.trim().is_empty() {
                row.note = note.trim().to_owned();
            }
            tx.update_alert(&row, from)?;
            tx.log(&Entry {
                kind,
                actor: &crate::actor(Some(user.id)),
                subject: &format!("alert:{id}"),
                detail: serde_json::json!({ "note": note.trim() }),
                ..Entry::default()
            })?;
            Ok::<_, HubError>(())
        })?;
        self.tell(&[Event::Alerts, Event::Board]);
        Ok(())
    }

    /// Escalates what nobody has acknowledged in time, to the watch officers.
    pub(crate) fn escalate_due(&self) -> Result<(), HubError> {
        let now = self.now();
        let due = self.store.read(|v| v.alerts_to_escalate(now))?;
        for row in due {
            self.store.write(now, |tx: &Tx<'_>| {
                let mut next = tx.alert(row.id)?;
                let from = next.state;
                let Ok(state) = alert::step(from, alert::Event::Escalate) else {
                    next.next_escalation_at = None;
                    return tx.update_alert(&next, from);
                };
                next.state = state;
                next.next_escalation_at = alert::next_escalation(state, next.raised_at);
                tx.update_alert(&next, from)?;
                let watch: Vec<_> = tx
                    .users()?
                    .into_iter()
                    .filter(|u| u.enabled && u.roles.contains(&Role::WatchOfficer))
                    .collect();
                for officer in &watch {
                    tx.add_alert_recipient(row.id, officer.id)?;
                }
                tx.log(&Entry {
                    kind: "alert.escalated",
                    actor: "hub",
                    subject: &format!("alert:{}", row.id),
                    detail: serde_json::json!({ "state": state, "watch_officers": watch.len() }),
                    ..Entry::default()
                })?;
                Ok::<_, StoreError>(())
            })?;
            self.tell(&[Event::Alerts, Event::Board]);
        }
        Ok(())
    }
}
