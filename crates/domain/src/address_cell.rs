//! Finds the email address in a cell of a list. Mail programs copy addresses with a name or as a link.

use crate::{address_key, parse_email, trim_invisible};

/// The address in a cell of the form `Name <mail@example.com>` or `mailto:mail@example.com`. A cell of another form, or
/// one that names several addresses, is returned as it is, without invisible characters at its ends.
pub fn address_in_cell(cell: &str) -> &str {
    let cell = trim_invisible(cell);
    bracketed(cell).or_else(|| linked(cell)).unwrap_or(cell)
}

/// The address of `Name <address>`. The name may be the same address, but no other one.
fn bracketed(cell: &str) -> Option<&str> {
    // Lists of recipients separate addresses with these.
    let cell = trim_invisible(cell.trim_end_matches([';', ',']));
    let (name, inner) = cell.strip_suffix('>')?.split_once('<')?;
    let address = linked(inner).or_else(|| valid(inner))?;
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    (!name.contains('@') || address_key(name) == address_key(address)).then_some(address)
}

/// The address of `mailto:address?subject=Hello`. The part after the question mark may name no further address.
fn linked(cell: &str) -> Option<&str> {
    let (scheme, link) = trim_invisible(cell).split_once(':')?;
    let (address, fields) = link.split_once('?').unwrap_or((link, ""));
    let is_single = !fields.contains('@') && !fields.contains("%40");
    valid(address).filter(|_| is_single && scheme.eq_ignore_ascii_case("mailto"))
}

fn valid(address: &str) -> Option<&str> {
    parse_email(address).is_ok().then(|| trim_invisible(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_address_of_a_cell_is_found() {
        for cell in [
            "Victor@example.com",
            " \u{feff}Victor@example.com\u{200b}",
            "Victor Viewer <Victor@example.com>",
            "\"Viewer, Victor\" <Victor@example.com>;",
            "<Victor@example.com>",
            "Victor <\u{200b}Victor@example.com >",
            "'victor@example.com' <Victor@example.com>",
            "Victor <mailto:Victor@example.com>",
            "mailto:Victor@example.com",
            "MailTo: Victor@example.com?subject=Hi",
        ] {
            assert_eq!(address_in_cell(cell), "Victor@example.com", "{cell:?}");
        }
    }

    #[test]
    fn any_other_cell_stays_as_it_is() {
        for cell in [
            "",
            "Victor",
            "Victor <Victor>",
            "Victor <victor@example.com",
            "edith@example.com <victor@example.com>",
            "Edith, edith@example.com <victor@example.com>",
            "Edith <edith@example.com>; Victor <victor@example.com>",
            "Victor <victor@example.com> Viewer",
            "Victor <victor@example.com, edith@example.com>",
            "mailto:victor@example.com,edith@example.com",
            "mailto:victor@example.com?cc=edith@example.com",
            "mailto:victor@example.com?cc=edith%40example.com",
            "http:victor@example.com",
            "victor@example.com;",
        ] {
            assert_eq!(address_in_cell(cell), cell, "{cell:?}");
        }
    }
}
