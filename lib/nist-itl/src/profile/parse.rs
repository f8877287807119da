//! The text format of profiles.

use thiserror::Error;

use super::{
    AllowRule, AnswerRule, Profile, ProfileField, Purpose, RecordCount, RequireRule, TransactionRule,
};

/// Why a profile text is not one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line} of the profile: {text:?} is not a rule")]
pub struct ProfileError {
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

pub(super) fn empty() -> Profile {
    Profile {
        id: String::new(),
        title: String::new(),
        domain: None,
        header: Vec::new(),
        fields: Vec::new(),
        transactions: Vec::new(),
        allowed: Vec::new(),
        required: Vec::new(),
        answer: None,
        error: None,
        control_number: false,
    }
}

impl Profile {
    /// Reads a profile of your own. `#` begins a comment line; `type1`, `type2` and `records` belong
    /// to the `tot` above them.
    ///
    /// ```
    /// let profile = nist_itl::profile::Profile::parse(
    ///     "profile border | Border checks\n\
    ///      domain BORDER 1.0\n\
    ///      header 13 14\n\
    ///      answer ANS result 59\n\
    ///      error REF message 60\n\
    ///      field 18 NAM | Name\n\
    ///      tot CHK submission | A check\n\
    ///       type2 18\n\
    ///       records 4,14 2-10\n\
    ///      allow 14.008 1 2\n\
    ///      require 14.013=19 14.014 14.015\n",
    /// )?;
    /// assert_eq!(profile.transaction("CHK").map(|rule| rule.type2.clone()), Some(vec![18]));
    /// # Ok::<(), nist_itl::profile::ProfileError>(())
    /// ```
    ///
    /// # Errors
    /// On the first line that is no rule.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let mut profile = empty();
        for (place, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') && rule(&mut profile, line).is_none() {
                return Err(ProfileError { line: place + 1, text: line.to_owned() });
            }
        }
        Ok(profile)
    }
}

/// Adds the rule of one line.
fn rule(profile: &mut Profile, line: &str) -> Option<()> {
    let (rule, title) = line.split_once(" | ").unwrap_or((line, ""));
    let mut words = rule.split_ascii_whitespace();
    let keyword = words.next()?;
    let mut next = || words.next();
    match keyword {
        "profile" => {
            profile.id = next()?.to_owned();
            profile.title = title.to_owned();
        }
        "domain" => profile.domain = Some((next()?.to_owned(), next().map(str::to_owned))),
        "header" => profile.header = numbers(words)?,
        "control-number" => profile.control_number = true,
        "answer" => {
            let tot = next()?.to_owned();
            let result = labelled(next()?, "result", next()?)?;
            let candidates = match next() {
                Some(label) => Some(labelled(label, "candidates", next()?)?),
                None => None,
            };
            profile.answer = Some(AnswerRule { tot, result, candidates });
        }
        "error" => profile.error = Some((next()?.to_owned(), labelled(next()?, "message", next()?)?)),
        "field" => profile.fields.push(ProfileField {
            number: next()?.parse().ok()?,
            mnemonic: next()?.to_owned(),
            name: title.to_owned(),
        }),
        "tot" => profile.transactions.push(TransactionRule {
            tot: next()?.to_owned(),
            title: title.to_owned(),
            purpose: match next()? {
                "submission" => Purpose::Submission,
                "answer" => Purpose::Answer,
                "error" => Purpose::Error,
                _ => return None,
            },
            type1: Vec::new(),
            type2: Vec::new(),
            records: Vec::new(),
        }),
        "type1" => profile.transactions.last_mut()?.type1 = numbers(words)?,
        "type2" => profile.transactions.last_mut()?.type2 = numbers(words)?,
        "records" => {
            let types = next()?.split(',').map(|word| word.parse().ok()).collect::<Option<Vec<u8>>>()?;
            let (least, most) = next()?.split_once('-')?;
            let count = RecordCount { types, least: least.parse().ok()?, most: most.parse().ok()? };
            profile.transactions.last_mut()?.records.push(count);
        }
        "allow" => {
            let (record_type, field) = tag(next()?)?;
            profile.allowed.push(AllowRule {
                record_type,
                field,
                values: words.map(str::to_owned).collect(),
            });
        }
        "require" => {
            let (place, value) = next()?.split_once('=')?;
            let (record_type, field) = tag(place)?;
            let needs = words.map(|word| tag(word).filter(|tag| tag.0 == record_type).map(|tag| tag.1));
            let needs = needs.collect::<Option<Vec<u16>>>()?;
            profile.required.push(RequireRule { record_type, field, value: value.to_owned(), needs });
        }
        _ => return None,
    }
    Some(())
}

fn numbers<'w>(words: impl Iterator<Item = &'w str>) -> Option<Vec<u16>> {
    words.map(|word| word.parse().ok()).collect()
}

fn labelled(label: &str, expected: &str, number: &str) -> Option<u16> {
    if label == expected { number.parse().ok() } else { None }
}

/// `14.013`.
fn tag(word: &str) -> Option<(u8, u16)> {
    let (record_type, field) = word.split_once('.')?;
    Some((record_type.parse().ok()?, field.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_line_that_is_no_rule() {
        let check =
            |text: &str, line: usize| assert_eq!(Profile::parse(text).unwrap_err().line, line, "{text}");
        check("profile x | X\nnonsense", 2);
        check("type2 3", 1);
        check("tot A question | t", 1);
        check("tot A submission | t\n records 4 1", 2);
        check("\n# c\nallow 14,8 1", 3);
        check("require 14.013=19 13.014", 1);
        check("answer SRE result x", 1);
    }
}
