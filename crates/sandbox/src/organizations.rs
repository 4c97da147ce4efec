//! Organizations: rows of the table `organization`, and the two JSON documents.

use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Value, json};

use crate::page::{Direction, Page, Sort};
use crate::pictures;
use crate::response::ApiError;

/// A row of the table `organization`.
pub(crate) struct Organization {
    pub(crate) id: String,
    name: String,
    slug: String,
    picture_id: Option<String>,
    created_by: String,
    primary_color: String,
    store_enabled: bool,
    store_domain: String,
    storage_provider: String,
    enforce_sso: bool,
}

const COLUMNS: &str = "o.id, o.name, o.slug, o.picture_id, o.created_by, o.primary_color, o.store_enabled, o.store_domain, \
                       o.storage_provider, o.enforce_sso";

fn read(row: &Row<'_>) -> Result<Organization, rusqlite::Error> {
    Ok(Organization {
        id: row.get(0)?,
        name: row.get(1)?,
        slug: row.get(2)?,
        picture_id: row.get(3)?,
        created_by: row.get(4)?,
        primary_color: row.get(5)?,
        store_enabled: row.get(6)?,
        store_domain: row.get(7)?,
        storage_provider: row.get(8)?,
        enforce_sso: row.get(9)?,
    })
}

/// The organization with this id or slug.
pub(crate) fn load(db: &Connection, id_or_slug: &str) -> Result<Option<Organization>, ApiError> {
    let sql = format!("SELECT {COLUMNS} FROM organization o WHERE o.id = ?1 OR o.slug = ?2");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row((id_or_slug.to_ascii_lowercase(), id_or_slug), read).optional()?)
}

impl Organization {
    fn picture(&self, origin: &str) -> Option<String> {
        self.picture_id.as_deref().map(|id| pictures::address(origin, id))
    }

    /// The short document, for lists.
    pub(crate) fn reference(&self, origin: &str) -> Value {
        json!({ "id": self.id, "name": self.name, "slug": self.slug, "picture": self.picture(origin) })
    }

    /// The long document, for the user's profile.
    pub(crate) fn information(&self, origin: &str) -> Value {
        let picture = self.picture(origin);
        json!({
            "id": self.id,
            "name": self.name,
            "slug": self.slug,
            "picture": picture,
            "createdBy": self.created_by,
            "branding": { "primaryColor": self.primary_color, "logoUrl": picture.unwrap_or_default() },
            "store": { "enabled": self.store_enabled, "customDomain": self.store_domain },
            "configuration": { "defaultStorageProvider": self.storage_provider, "enforceSSO": self.enforce_sso },
        })
    }
}

/// The organizations of a user, sorted by name.
pub(crate) fn references_of(db: &Connection, user: &str, origin: &str) -> Result<Vec<Value>, ApiError> {
    let no_filter = Filter { name: None, slug: None };
    Ok(list(db, user, &no_filter, &Sort::Name(Direction::Ascending), Page::ALL, origin)?.0)
}

/// The filter of a list. Every condition must hold.
pub(crate) struct Filter {
    /// A part of the name, case-insensitive.
    pub(crate) name: Option<String>,
    /// The exact slug.
    pub(crate) slug: Option<String>,
}

/// One page of a user's organizations, and their total number.
pub(crate) fn list(
    db: &Connection,
    user: &str,
    filter: &Filter,
    sort: &Sort,
    page: Page,
    origin: &str,
) -> Result<(Vec<Value>, i64), ApiError> {
    // Organizations have no email address and no role: sort by name instead.
    let (column, direction) = match sort {
        Sort::Age(direction) => ("o.created_at", direction),
        Sort::Name(direction) | Sort::Email(direction) | Sort::Role(direction) => ("o.name", direction),
    };
    let order = direction.sql();
    let from = "FROM organization o JOIN collaborator c ON c.organization_id = o.id
                WHERE c.user_id = ?1 AND (?2 IS NULL OR instr(lower(o.name), lower(?2)) > 0) AND (?3 IS NULL OR o.slug = ?3)";
    let parameters = (user, &filter.name, &filter.slug);
    let total = db.prepare_cached(&format!("SELECT count(*) {from}"))?.query_row(parameters, |row| row.get(0))?;
    let sql = format!("SELECT {COLUMNS} {from} ORDER BY {column} {order}, o.id {order} LIMIT ?4 OFFSET ?5");
    let items = db
        .prepare_cached(&sql)?
        .query_map((user, &filter.name, &filter.slug, page.limit, page.offset()), read)?
        .map(|row| row.map(|organization| organization.reference(origin)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok((items, total))
}
