//! The answer to a submission: a result, or an error.

use super::{BuildError, Header, Text, assemble};
use crate::profile::Profile;
use crate::record::{Record, TaggedRecord};
use crate::types::Type1;
use crate::{Field, Transaction};

/// Builds the answer to a transaction.
#[derive(Debug, Clone)]
pub struct Response<'a> {
    profile: &'a Profile,
    header: Header,
    text: Text<'a>,
    records: Vec<Record<'a>>,
}

impl<'a> Response<'a> {
    /// The answer that the profile gives to a search, such as SRE: `found` says whether the search led
    /// to an identification.
    ///
    /// EBTS writes 2.059 `I` or `N`; INT-I writes 2.064 as the search's type, `I` or `N`, and, when
    /// found, `001/001` and `999999` (verified by an examiner; no comparison score leaves).
    ///
    /// # Errors
    /// When the profile has no rule for answers.
    pub fn result(
        profile: &'a Profile,
        request: &Type1<'_>,
        date: &str,
        tcn: &str,
        found: bool,
    ) -> Result<Self, BuildError> {
        let rule = profile.answer.as_ref();
        let rule = rule.ok_or_else(|| BuildError::NoRule { profile: profile.id.clone(), what: "answers" })?;
        let mut response = Self::to(profile, &rule.tot, request, date, tcn);
        let letter = if found { "I" } else { "N" };
        if rule.candidates.is_some() {
            response.text.set(rule.result, letter);
        } else {
            const VERIFIED: &str = "999999";
            let search = request.tot().unwrap_or_default().into_owned();
            response.text.guard(2, rule.result, [search.as_str()]);
            let mut subfields = vec![vec![search], vec![letter.to_owned()]];
            if found {
                subfields.extend([vec!["001/001".to_owned()], vec![VERIFIED.to_owned()]]);
            }
            response.text.record.set(Field::from_subfields(rule.result, subfields));
        }
        Ok(response)
    }

    /// The refusal that the profile gives, such as ERRT or ERR, with its messages.
    ///
    /// # Errors
    /// When the profile has no rule for errors.
    pub fn error<I>(
        profile: &'a Profile,
        request: &Type1<'_>,
        date: &str,
        tcn: &str,
        messages: I,
    ) -> Result<Self, BuildError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let rule = profile.error.as_ref();
        let (tot, field) =
            rule.ok_or_else(|| BuildError::NoRule { profile: profile.id.clone(), what: "errors" })?;
        let mut response = Self::to(profile, tot, request, date, tcn);
        let messages: Vec<[String; 1]> =
            messages.into_iter().map(|message| [message.as_ref().to_owned()]).collect();
        response.text.guard(2, *field, messages.iter().flatten().map(String::as_str));
        response.text.record.set(Field::from_subfields(*field, messages));
        Ok(response)
    }

    /// The agencies change places, and 1.010 carries the request's 1.009.
    fn to(profile: &'a Profile, tot: &str, request: &Type1<'_>, date: &str, tcn: &str) -> Self {
        let text = |value: Option<std::borrow::Cow<'_, str>>| value.unwrap_or_default().into_owned();
        let mut header = Header::new(tot, date, &text(request.ori()), &text(request.dai()), tcn);
        header.tcr = request.tcn().map(std::borrow::Cow::into_owned);
        header.priority = request.priority();
        Response { profile, header, text: Text::new(), records: Vec::new() }
    }

    /// The header, to change what the request did not decide.
    #[must_use]
    pub fn header(mut self, change: impl FnOnce(&mut Header)) -> Self {
        change(&mut self.header);
        self
    }

    /// Sets a Type-2 field, such as the case number or the candidate list.
    #[must_use]
    pub fn text(mut self, number: u16, value: &str) -> Self {
        self.text.set(number, value);
        self
    }

    /// Sets a Type-2 field of subfields and items.
    #[must_use]
    pub fn field(mut self, field: Field<'a>) -> Self {
        self.text.record.set(field);
        self
    }

    /// Adds a record, such as a photograph that the agreement allows.
    #[must_use]
    pub fn record(mut self, record: TaggedRecord<'a>) -> Self {
        self.records.push(record.into());
        self
    }

    /// The transaction.
    ///
    /// # Errors
    /// When it would break a rule of the standard or of the profile: the findings tell which.
    pub fn finish(self) -> Result<Transaction<'a>, BuildError> {
        assemble(self.profile, &self.header, None, self.text.finish(&self.header)?, self.records)
    }
}
