//! Columns to typed values and back.

use crate::{Result, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Display, str::FromStr};

/// Reads typed columns from a row by name.
pub(crate) struct Columns<'a>(pub(crate) &'a Row<'a>);

impl Columns<'_> {
    pub(crate) fn text(&self, name: &str) -> Result<String> {
        Ok(self.0.get(name)?)
    }

    pub(crate) fn parse<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T> {
        let text: String = self.0.get(name)?;
        text.parse().map_err(|e: T::Err| StoreError::corrupt(name, e))
    }

    pub(crate) fn parse_opt<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>> {
        let text: Option<String> = self.0.get(name)?;
        text.map(|t| t.parse().map_err(|e: T::Err| StoreError::corrupt(name, e))).transpose()
    }

    pub(crate) fn get<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<T> {
        Ok(self.0.get(name)?)
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.0.get::<_, i64>(name)? != 0)
    }

    pub(crate) fn unsigned(&self, name: &str) -> Result<u64> {
        let value: i64 = self.0.get(name)?;
        u64::try_from(value).map_err(|e| StoreError::corrupt(name, e))
    }

    pub(crate) fn time(&self, name: &str) -> Result<Timestamp> {
        self.time_opt(name)?.ok_or_else(|| StoreError::corrupt(name, "no time"))
    }

    pub(crate) fn time_opt(&self, name: &str) -> Result<Option<Timestamp>> {
        let ms: Option<i64> = self.0.get(name)?;
        ms.map(|ms| Timestamp::from_millisecond(ms).map_err(|e| StoreError::corrupt(name, e))).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let text: String = self.0.get(name)?;
        serde_json::from_str(&text).map_err(|e| StoreError::corrupt(name, e))
    }

    pub(crate) fn json_opt<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let text: Option<String> = self.0.get(name)?;
        text.map(|t| serde_json::from_str(&t).map_err(|e| StoreError::corrupt(name, e))).transpose()
    }
}

/// All rows, each turned into a value.
pub(crate) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Columns<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        values.push(read(&Columns(row))?);
    }
    Ok(values)
}

/// The first row, if there is one.
pub(crate) fn one<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Columns<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = conn.prepare_cached(sql)?;
    statement.query_row(params, |row| Ok(read(&Columns(row)))).optional()?.transpose()
}

/// Runs a statement; gives the number of rows that changed.
pub(crate) fn run(conn: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    Ok(conn.prepare_cached(sql)?.execute(params)?)
}

/// A single number.
pub(crate) fn count(conn: &Connection, sql: &str, params: impl Params) -> Result<u64> {
    let n: i64 = conn.prepare_cached(sql)?.query_row(params, |r| r.get(0))?;
    Ok(n.max(0) as u64)
}

pub(crate) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// JSON text of a value that is made of maps with text keys, lists, texts and numbers only: cannot fail.
pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::corrupt("value", e))
}

/// A column in which the empty text stands for nothing.
pub(crate) fn none_if_empty<T: std::str::FromStr<Err: std::fmt::Display>>(
    c: &Columns<'_>,
    name: &'static str,
) -> Result<Option<T>> {
    if c.text(name)?.is_empty() { Ok(None) } else { c.parse(name).map(Some) }
}
