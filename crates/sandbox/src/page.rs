//! Parses the query strings of lists, and makes the JSON document for one page.

use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Value, json};

use crate::config::PageLimit;
use crate::response::ApiError;

/// The page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The page number, from 1.
    pub(crate) number: i64,
    /// Rows per page.
    pub(crate) limit: i64,
}

impl Page {
    /// One page with all organizations of a user: 1,000 is assumed to be enough.
    pub(crate) const ALL: Self = Self { number: 1, limit: 1000 };

    /// Number of rows before this page.
    pub(crate) fn offset(self) -> i64 {
        (self.number - 1) * self.limit
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Ascending => "ASC",
            Self::Descending => "DESC",
        }
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Name(Direction),
    Email(Direction),
    Role(Direction),
    Age(Direction),
}

/// The query parameters. A malformed parameter gives a 400 with code 5000.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(uri: &Uri) -> Result<Self, ApiError> {
        let pairs = Query::try_from_uri(uri).map_err(|_| ApiError::bad_request("The query string cannot be read"))?;
        Ok(Self(pairs.0))
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a parameter that may be given at most once.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, ApiError> {
        match self.all(name).as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(ApiError::bad_request(format!("{name} is given more than once"))),
        }
    }

    /// A text with at most `max` characters.
    pub(crate) fn text(&self, name: &str, max: usize) -> Result<Option<String>, ApiError> {
        let value = self.one(name)?;
        if value.is_some_and(|text| text.chars().count() > max) {
            return Err(ApiError::bad_request(format!("{name} must have at most {max} characters")));
        }
        Ok(value.map(str::to_owned))
    }

    /// `true` or `false`; the default is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.one(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::bad_request(format!("{name} must be true or false"))),
        }
    }

    /// The default is page 1 with 100 rows.
    pub(crate) fn page(&self, page_limit: PageLimit) -> Result<Page, ApiError> {
        let (number, limit) = (self.number("page", 1, 1_000_000)?, self.number("limit", 100, 1000)?);
        match page_limit {
            PageLimit::RefusedAbove(rows) if limit > i64::from(rows) => {
                Err(ApiError::bad_request(format!("limit must be at most {rows}")))
            }
            PageLimit::CutTo(rows) => Ok(Page { number, limit: limit.min(i64::from(rows.max(1))) }),
            PageLimit::Contract | PageLimit::RefusedAbove(_) => Ok(Page { number, limit }),
        }
    }

    fn number(&self, name: &str, default: i64, max: i64) -> Result<i64, ApiError> {
        let Some(text) = self.one(name)? else { return Ok(default) };
        let number = if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None };
        number
            .filter(|number| (1..=max).contains(number))
            .ok_or_else(|| ApiError::bad_request(format!("{name} must be a whole number from 1 to {max}")))
    }

    /// The default is by name, ascending.
    pub(crate) fn sort(&self) -> Result<Sort, ApiError> {
        let Some(text) = self.one("sort")? else { return Ok(Sort::Name(Direction::Ascending)) };
        let (field, direction) = match text.split_once(':') {
            None => (text, Direction::Ascending),
            Some((field, "asc")) => (field, Direction::Ascending),
            Some((field, "desc")) => (field, Direction::Descending),
            Some(_) => return Err(wrong_sort()),
        };
        match field {
            "name" => Ok(Sort::Name(direction)),
            "email" => Ok(Sort::Email(direction)),
            "role" => Ok(Sort::Role(direction)),
            "createdAt" => Ok(Sort::Age(direction)),
            _ => Err(wrong_sort()),
        }
    }
}

fn wrong_sort() -> ApiError {
    ApiError::bad_request("sort must be name, email, role or createdAt, with :asc or :desc")
}

/// The JSON document for one page of a list.
pub(crate) fn document(items: Vec<Value>, total: i64, page: Page) -> Value {
    let pages = total.div_euclid(page.limit) + i64::from(total % page.limit > 0);
    let pages = pages.max(1);
    let previous = (page.number > 1).then(|| page.number - 1);
    let next = (page.number < pages).then(|| page.number + 1);
    json!({
        "items": items,
        "totalDocs": total,
        "limit": page.limit,
        "page": page.number,
        "totalPages": pages,
        "hasPrevPage": previous.is_some(),
        "hasNextPage": next.is_some(),
        "prevPage": previous,
        "nextPage": next,
    })
}
