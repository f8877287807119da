//! One function per page.

use crate::{Ctx, RenderError, ui::Ui, view::*};
use askama::Template;

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident($view:ty) $area:expr, $file:literal, $template:ident;)*) => {$(
        #[derive(Template)]
        #[template(path = $file)]
        struct $template<'a> {
            u: Ui<'a>,
            v: &'a $view,
        }

        $(#[$doc])*
        ///
        /// # Errors
        /// [`RenderError`] where the template fails.
        pub fn $name(ctx: &Ctx, view: &$view) -> Result<String, RenderError> {
            Ok($template { u: Ui::new(ctx, $area), v: view }.render()?)
        }
    )*};
}

pages! {
    /// First start: enrols the administrator.
    first_start(FirstStartView) None, "first_start.html", FirstStart;
    /// Sign in.
    sign_in(SignInView) None, "sign_in.html", SignIn;
    /// An invited person enrols.
    join(JoinView) None, "join.html", Join;
    /// One's own profile.
    profile(ProfileView) None, "profile.html", Profile;
    /// Something did not work.
    error(ErrorView) None, "error.html", Error;
    /// Asks for purpose and case number before a record opens.
    reason(ReasonView) None, "reason.html", Reason;
    /// Duty board. Follows [`crate::urls::EVENT_BOARD`] by fetching itself.
    board(BoardView) Some(Area::Board), "board.html", Board;
    /// The encounters.
    encounters(EncounterListView) Some(Area::Encounters), "encounters.html", Encounters;
    /// One encounter.
    encounter(EncounterView) Some(Area::Encounters), "encounter.html", Encounter;
    /// The lists.
    lists(ListsView) Some(Area::Lists), "lists.html", Lists;
    /// One list with its entries.
    list(ListView) Some(Area::Lists), "list.html", List;
    /// One entry.
    entry(EntryView) Some(Area::Lists), "entry.html", Entry;
    /// Propose an entry.
    entry_form(EntryFormView) Some(Area::Lists), "entry_form.html", EntryForm;
    /// The second person approves or refuses.
    approval(ApprovalView) Some(Area::Lists), "approval.html", Approval;
    /// The examiner's queue.
    queue(QueueView) Some(Area::Examine), "queue.html", QueuePage;
    /// The conflict desk.
    conflicts(ConflictsView) Some(Area::Conflicts), "conflicts.html", Conflicts;
    /// The alert desk. Follows [`crate::urls::EVENT_ALERTS`] by fetching itself.
    alerts(AlertsView) Some(Area::Alerts), "alerts.html", Alerts;
    /// One alert.
    alert(AlertView) Some(Area::Alerts), "alert.html", Alert;
    /// The stations.
    stations(StationsView) Some(Area::Stations), "stations.html", Stations;
    /// The agreements.
    agreements(AgreementsView) Some(Area::Agreements), "agreements.html", Agreements;
    /// One agreement.
    agreement(AgreementView) Some(Area::Agreements), "agreement.html", Agreement;
    /// Two versions of an agreement.
    agreement_diff(AgreementDiffView) Some(Area::Agreements), "agreement_diff.html", AgreementDiff;
    /// The redress desk.
    redress(RedressDeskView) Some(Area::Redress), "redress.html", Redress;
    /// One request.
    redress_case(RedressView) Some(Area::Redress), "redress_case.html", RedressCase;
    /// For whoever holds a receipt.
    receipt(ReceiptView) None, "receipt.html", Receipt;
    /// Cases with known answers.
    quality(QualityView) Some(Area::Quality), "quality.html", Quality;
    /// The ledger.
    audit(AuditView) Some(Area::Audit), "audit.html", Audit;
    /// Users and roles.
    users(UsersView) Some(Area::Users), "users.html", Users;
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help<'a> {
    u: Ui<'a>,
}

/// The keyboard shortcuts.
///
/// # Errors
/// [`RenderError`] where the template fails.
pub fn help(ctx: &Ctx) -> Result<String, RenderError> {
    Ok(Help { u: Ui::new(ctx, None) }.render()?)
}

#[derive(Template)]
#[template(path = "workbench.html")]
struct Workbench<'a> {
    u: Ui<'a>,
    v: &'a WorkbenchView,
    data: askama::filters::Safe<String>,
    words: askama::filters::Safe<String>,
}

/// The workbench: probe left, candidate right, and nothing that could sway the eye.
///
/// # Errors
/// [`RenderError`] where the template fails or the data cannot be written.
pub fn workbench(ctx: &Ctx, view: &WorkbenchView) -> Result<String, RenderError> {
    let u = Ui::new(ctx, None);
    let data = data_block(&view.pairs)?;
    let words: std::collections::BTreeMap<&str, String> =
        WORKBENCH_WORDS.iter().map(|key| (*key, u.t(&format!("bench-js-{key}")))).collect();
    let words = data_block(&words)?;
    Ok(Workbench { u, v: view, data, words }.render()?)
}

/// Sentences that the viewer says by itself.
pub(crate) const WORKBENCH_WORDS: &[&str] = &["probe", "candidate", "mark-prompt", "ridges", "mm", "px"];

/// JSON inside a `<script type="application/json">`: `<`, `>` and `&` are written as escapes, so that no text
/// in it can end the element (HTML Living Standard, 4.12.1.3).
fn data_block(value: &impl serde::Serialize) -> Result<askama::filters::Safe<String>, RenderError> {
    let json = serde_json::to_string(value)?;
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    Ok(askama::filters::Safe(out))
}
