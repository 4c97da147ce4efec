//! The document of a list page. Its rows are read by the other modules.

use serde_json::Value;

use super::lenient::{Object, boolean, integer};

/// Maximum number of rows read from a page, regardless of the requested limit: a response within the size limit could
/// contain far more tiny rows than any team has.
const MAX_ROWS: usize = 20_000;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows that could be read.
    pub items: Vec<T>,
    /// Rows of the whole list; `None` if the server does not say.
    pub total: Option<u64>,
    /// Number of this page, starting at 1.
    pub page: u32,
    /// Pages of the whole list, at least one. If the server sends `hasNextPage`, it overrides the server's counts,
    /// which may be wrong.
    pub total_pages: u32,
    /// Whether another page follows; `None` if the server does not say.
    pub has_next: Option<bool>,
    /// The page size that the server uses; `None` if it does not say.
    pub limit: Option<u32>,
    /// Rows of this page that could not be read.
    pub skipped: usize,
}

/// Reads a page; `None` if it has no list of items. `requested_page` and `requested_limit` are the values of the
/// request.
pub(crate) fn read_page<T>(
    data: &Value,
    requested_page: u32,
    requested_limit: u32,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Page<T>> {
    let page = data.as_object()?;
    let rows = page.get("items")?.as_array()?;
    let items: Vec<T> = rows.iter().take(MAX_ROWS).filter_map(read).collect();
    let skipped = rows.len() - items.len();
    let total = integer(page, "totalDocs").and_then(|total| u64::try_from(total).ok());
    let number = count(page, "page").filter(|page| *page > 0).unwrap_or(requested_page);
    let server_limit = count(page, "limit").filter(|limit| *limit > 0);
    let limit = server_limit.unwrap_or(requested_limit);
    let counted_pages = count(page, "totalPages").unwrap_or_else(|| count_pages(total, number, limit)).max(1);
    let has_next = boolean(page, "hasNextPage");
    let total_pages = match has_next {
        Some(true) => counted_pages.max(requested_page.saturating_add(1)),
        Some(false) => requested_page,
        None => counted_pages,
    };
    Some(Page { items, total, page: number, total_pages, has_next, limit: server_limit, skipped })
}

fn count(page: &Object, key: &str) -> Option<u32> {
    integer(page, key).and_then(|count| u32::try_from(count).ok())
}

/// The number of pages if the server does not send it. It follows from the number of rows; if that is unknown too, this
/// page counts as the last one.
fn count_pages(total: Option<u64>, number: u32, limit: u32) -> u32 {
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
    fn only_the_list_is_required() {
        let (total, has_next, limit) = (None, None, None);
        let expected = Page { items: vec![], total, page: 3, total_pages: 3, has_next, limit, skipped: 0 };
        assert_eq!(read(&json!({ "items": [] })), Some(expected));
        for without_list in [json!({}), json!({ "items": null }), json!({ "items": {} }), json!([]), json!("items")] {
            assert_eq!(read(&without_list), None, "{without_list}");
        }
    }

    #[test]
    fn missing_counts_are_derived_from_the_others() {
        for (fields, total, total_pages) in [
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
            let mut data = fields.clone();
            data["items"] = json!([]);
            let page = read(&data).unwrap();
            assert_eq!((page.total, page.page, page.total_pages), (total, 3, total_pages), "{fields}");
        }
    }

    #[test]
    fn has_next_page_overrides_the_counts() {
        for (fields, total_pages, has_next) in [
            (json!({ "totalPages": 1, "hasNextPage": true }), 4, Some(true)),
            (json!({ "totalPages": 9, "hasNextPage": true }), 9, Some(true)),
            (json!({ "totalPages": 9, "hasNextPage": false }), 3, Some(false)),
            (json!({ "totalDocs": 90, "hasNextPage": false, "page": 1 }), 3, Some(false)),
            (json!({ "totalPages": 9, "hasNextPage": null }), 9, None),
        ] {
            let mut data = fields.clone();
            data["items"] = json!([]);
            let page = read(&data).unwrap();
            assert_eq!((page.total_pages, page.has_next), (total_pages, has_next), "{fields}");
        }
    }

    #[test]
    fn the_number_of_rows_is_limited() {
        let page = read(&json!({ "items": vec![1; 30_000] })).unwrap();
        assert_eq!((page.items.len(), page.skipped), (20_000, 10_000));
    }
}
