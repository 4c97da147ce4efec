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
    /// How many pages the whole list has, at least one.
    pub total_pages: u32,
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
    let total_pages = count(page, "totalPages").unwrap_or_else(|| pages(page, total, number, limit)).max(1);
    Some(Page { items, total, page: number, total_pages, skipped })
}

fn count(page: &Object, key: &str) -> Option<u32> {
    integer(page, key).and_then(|count| u32::try_from(count).ok())
}

/// The number of pages where the server does not say: by the number of rows, else this page and the next, if any.
fn pages(page: &Object, total: Option<u64>, number: u32, limit: u32) -> u32 {
    let limit = count(page, "limit").filter(|limit| *limit > 0).unwrap_or(limit.max(1));
    match total {
        Some(total) => u32::try_from(total.div_ceil(u64::from(limit))).unwrap_or(u32::MAX),
        None => number.saturating_add(u32::from(boolean(page, "hasNextPage").unwrap_or_default())),
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
        assert_eq!(read(&data), Some(Page { items: vec![1, 2], total: Some(25), page: 3, total_pages: 3, skipped: 3 }));
    }

    #[test]
    fn the_list_alone_is_required() {
        assert_eq!(
            read(&json!({ "items": [] })),
            Some(Page { items: vec![], total: None, page: 3, total_pages: 3, skipped: 0 })
        );
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
    fn no_page_fills_the_memory() {
        let page = read(&json!({ "items": vec![1; 30_000] })).unwrap();
        assert_eq!((page.items.len(), page.skipped), (20_000, 10_000));
    }
}
