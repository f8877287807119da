//! Licence expressions (SPDX 3.0, annex B), as far as crates write them: `OR`, `AND`, `WITH`, brackets, and the old
//! slash for `OR`.

use anyhow::{bail, ensure};

/// More tokens than any licence has: the reader calls itself, one level for each bracket.
const MOST_TOKENS: usize = 200;

/// Whether `expression` can be met with allowed licences only. `allowed` is asked with an identifier, or with
/// `identifier WITH exception`; the exception only ever adds rights, so the bare licence suffices too.
pub(super) fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> anyhow::Result<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    ensure!(tokens.len() <= MOST_TOKENS, "more than {MOST_TOKENS} words");
    let mut reader = Reader { tokens: &tokens, allowed };
    let met = reader.any()?;
    ensure!(reader.tokens.is_empty(), "the end is not understood");
    Ok(met)
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn accept(&mut self, word: &str) -> bool {
        let is = self.tokens.first() == Some(&word);
        if is {
            self.next();
        }
        is
    }

    /// `AND` binds more tightly than `OR`.
    fn any(&mut self) -> anyhow::Result<bool> {
        let mut met = self.all()?;
        while self.accept("OR") {
            met |= self.all()?;
        }
        Ok(met)
    }

    fn all(&mut self) -> anyhow::Result<bool> {
        let mut met = self.one()?;
        while self.accept("AND") {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> anyhow::Result<bool> {
        match self.next() {
            Some("(") => {
                let met = self.any()?;
                ensure!(self.accept(")"), "a bracket stays open");
                Ok(met)
            }
            None | Some(")" | "OR" | "AND" | "WITH") => bail!("a licence is missing"),
            Some(licence) => {
                let met = (self.allowed)(licence);
                if !self.accept("WITH") {
                    return Ok(met);
                }
                let Some(exception) = self.next() else { bail!("an exception is missing") };
                Ok(met || (self.allowed)(&format!("{licence} WITH {exception}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn expressions() {
        let allowed = |one: &str| ["MIT", "ISC", "Apache-2.0", "B WITH e"].contains(&one);
        let check = |expression: &str, expected: Option<bool>| {
            assert_eq!(super::satisfied(expression, &allowed).ok(), expected, "{expression}");
        };
        check("MIT", Some(true));
        check("GPL-3.0-only", Some(false));
        check("MIT OR GPL-3.0-only", Some(true));
        check("GPL-3.0-only/MIT", Some(true));
        check("MIT AND GPL-3.0-only", Some(false));
        check("MIT AND (GPL-3.0-only OR ISC)", Some(true));
        // Not (MIT OR GPL) AND GPL.
        check("MIT OR GPL-3.0-only AND GPL-3.0-only", Some(true));
        check("(MIT OR GPL-3.0-only) AND GPL-3.0-only", Some(false));
        check("Apache-2.0 WITH LLVM-exception", Some(true));
        check("B WITH e", Some(true));
        check("B WITH f", Some(false));
        check("", None);
        check("MIT OR", None);
        check("(MIT", None);
        check("MIT ISC", None);
        check("MIT WITH", None);
        check(&"(".repeat(1000), None);
    }
}
