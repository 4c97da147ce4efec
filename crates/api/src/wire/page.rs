//! The document around a page of a list. What is listed is read by the modules beside this one.

use serde_json::Value;

use super::lenient::{Object, boolean, integer};

/// Most rows that are taken of a page, whatever was asked for: a page of tiny rows may hold far more than any team.
const MOST_ROWS: usize = 20_000;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows that could be read.
    pub items: Vec<T>,
    /// How many rows the whole list has; none where the server does not say.
    pub total: Option<u64>,
    /// Number of this page, from 1.
    pub page: u32,
    /// How many pages the whole list has, at least one. Where the server says whether another page follows this one, that
    /// decides: what it counts may be wrong.
    pub total_pages: u32,
    /// Whether another page follows; none where the server does not say.
    pub has_next: Option<bool>,
    /// How many rows a page has by which the server numbers them; none where it does not say.
    pub limit: Option<u32>,
    /// Rows of this page that could not be read.
    pub skipped: usize,
}

/// Reads the page that was asked for by number and limit; none only where it has no list of items.
pub(crate) fn read_page<T>(
    data: &Value,
    asked: u32,
    limit: u32,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Page<T>> {
    let page = data.as_object()?;
    let rows = page.get("items")?.as_array()?;
    let items: Vec<T> = rows.iter().take(MOST_ROWS).filter_map(read).collect();
    let skipped = rows.len() - items.len();
    let total = integer(page, "totalDocs").and_then(|total| u64::try_from(total).ok());
    let number = count(page, "page").filter(|page| *page > 0).unwrap_or(asked);
    let said = limit_of(page);
    let counted = count(page, "totalPages").unwrap_or_else(|| pages(total, number, said.unwrap_or(limit))).max(1);
    let has_next = boolean(page, "hasNextPage");
    let total_pages = match has_next {
        Some(true) => counted.max(asked.saturating_add(1)),
        Some(false) => asked,
        None => counted,
    };
    Some(Page { items, total, page: number, total_pages, has_next, limit: said, skipped })
}

fn limit_of(page: &Object) -> Option<u32> {
    count(page, "limit").filter(|limit| *limit > 0)
}

fn count(page: &Object, key: &str) -> Option<u32> {
    integer(page, key).and_then(|count| u32::try_from(count).ok())
}

/// The number of pages where the server does not say: by the number of rows, else no more than this one.
fn pages(total: Option<u64>, number: u32, limit: u32) -> u32 {
    match total {
        Some(total) => u32::try_from(total.div_ceil(u64::from(limit.max(1)))).unwrap_or(u32::MAX),
        None => number,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use serde_json::json;

    use super::*;

    fn read(data: &Value) -> Option<Page<i64>> {
        read_page(data, 3, 10, Value::as_i64)
    }

    #[test]
    fn rows_that_cannot_be_read_are_skipped_and_counted() {
        let data = json!({ "items": [1, null, {}, 2, "3"], "totalDocs": 25, "limit": 10, "page": 3, "totalPages": 3 });
        let (total, has_next, limit) = (Some(25), None, Some(10));
        let expected = Page { items: vec![1, 2], total, page: 3, total_pages: 3, has_next, limit, skipped: 3 };
        assert_eq!(read(&data), Some(expected));
    }

    #[test]
    fn the_list_alone_is_required() {
        let (total, has_next, limit) = (None, None, None);
        let nothing = Page { items: vec![], total, page: 3, total_pages: 3, has_next, limit, skipped: 0 };
        assert_eq!(read(&json!({ "items": [] })), Some(nothing));
        for without in [json!({}), json!({ "items": null }), json!({ "items": {} }), json!([]), json!("items")] {
            assert_eq!(read(&without), None, "{without}");
        }
    }

    #[test]
    fn what_the_server_leaves_out_follows_from_what_it_says() {
        for (said, total, total_pages) in [
            (json!({ "totalDocs": 41 }), Some(41), 5),
            (json!({ "totalDocs": "41", "limit": 20 }), Some(41), 3),
            (json!({ "totalDocs": 40, "limit": 0 }), Some(40), 4),
            (json!({ "totalDocs": 0 }), Some(0), 1),
            (json!({ "totalDocs": -1, "hasNextPage": true }), None, 4),
            (json!({ "totalDocs": null, "totalPages": 7 }), None, 7),
            (json!({ "totalDocs": i64::MAX }), Some(i64::MAX as u64), u32::MAX),
            (json!({ "totalPages": -7, "page": "x", "hasNextPage": "yes" }), None, 3),
            (json!({ "totalPages": 0 }), None, 1),
        ] {
            let mut data = said.clone();
            data["items"] = json!([]);
            let page = read(&data).unwrap();
            assert_eq!((page.total, page.page, page.total_pages), (total, 3, total_pages), "{said}");
        }
    }

    #[test]
    fn whether_another_page_follows_decides_over_what_is_counted() {
        for (said, total_pages, has_next) in [
            (json!({ "totalPages": 1, "hasNextPage": true }), 4, Some(true)),
            (json!({ "totalPages": 9, "hasNextPage": true }), 9, Some(true)),
            (json!({ "totalPages": 9, "hasNextPage": false }), 3, Some(false)),
            (json!({ "totalDocs": 90, "hasNextPage": false, "page": 1 }), 3, Some(false)),
            (json!({ "totalPages": 9, "hasNextPage": null }), 9, None),
        ] {
            let mut data = said.clone();
            data["items"] = json!([]);
            let page = read(&data).unwrap();
            assert_eq!((page.total_pages, page.has_next), (total_pages, has_next), "{said}");
        }
    }

    #[test]
    fn no_page_fills_the_memory() {
        let page = read(&json!({ "items": vec![1; 30_000] })).unwrap();
        assert_eq!((page.items.len(), page.skipped), (20_000, 10_000));
    }
}
