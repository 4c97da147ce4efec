//! Query strings of lists, and the document around one page. What is listed is not known here.

use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::config::PageLimit;

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: i64,
    /// Rows per page.
    pub(crate) limit: i64,
}

impl Page {
    /// A person belongs to no more organizations than fit here.
    pub(crate) const ALL: Self = Self { number: 1, limit: 1000 };

    /// Rows before this page.
    pub(crate) fn offset(self) -> i64 {
        (self.number - 1) * self.limit
    }
}

/// Up or down.
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

/// The parameters of a list's address.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn of(uri: &Uri) -> Result<Self, Refusal> {
        let pairs = Query::try_from_uri(uri).map_err(|_| Refusal::request("The query string cannot be read"))?;
        Ok(Self(pairs.0))
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The only value of a parameter.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.all(name).as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(Refusal::request(format!("{name} is given more than once"))),
        }
    }

    /// A text of a bounded length.
    pub(crate) fn text(&self, name: &str, most: usize) -> Result<Option<String>, Refusal> {
        let value = self.one(name)?;
        if value.is_some_and(|text| text.chars().count() > most) {
            return Err(Refusal::request(format!("{name} must have at most {most} characters")));
        }
        Ok(value.map(str::to_owned))
    }

    /// `true` or `false`; false where it is missing.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.one(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::request(format!("{name} must be true or false"))),
        }
    }

    /// Page 1 and 100 rows where nothing else is asked for.
    pub(crate) fn page(&self, most: PageLimit) -> Result<Page, Refusal> {
        let (number, limit) = (self.number("page", 1, 1_000_000)?, self.number("limit", 100, 1000)?);
        match most {
            PageLimit::RefusedAbove(rows) if limit > i64::from(rows) => {
                Err(Refusal::request(format!("limit must be at most {rows}")))
            }
            PageLimit::CutTo(rows) => Ok(Page { number, limit: limit.min(i64::from(rows.max(1))) }),
            PageLimit::Contract | PageLimit::RefusedAbove(_) => Ok(Page { number, limit }),
        }
    }

    fn number(&self, name: &str, default: i64, most: i64) -> Result<i64, Refusal> {
        let Some(text) = self.one(name)? else { return Ok(default) };
        let number = if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None };
        number
            .filter(|number| (1..=most).contains(number))
            .ok_or_else(|| Refusal::request(format!("{name} must be a whole number from 1 to {most}")))
    }

    /// By name, upwards, where nothing else is asked for.
    pub(crate) fn sort(&self) -> Result<Sort, Refusal> {
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

fn wrong_sort() -> Refusal {
    Refusal::request("sort must be name, email, role or createdAt, with :asc or :desc")
}

/// The document around one page of a list.
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
