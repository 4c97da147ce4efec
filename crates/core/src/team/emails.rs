//! Copies email addresses of the team to the clipboard, for a mail to several people.

use std::collections::HashSet;
use std::sync::Arc;

use lapel_domain::address_key;

use lapel_roster::Entry;

use super::service::TeamService;
use crate::kernel::desktop::ask;
use crate::kernel::error::Failure;
use crate::views::{CopiedEmails, TeamQuery};

/// The maximum size of the text in bytes. 100,000 usual addresses need less.
const MAX_BYTES: usize = 4 << 20;

const SEPARATOR: &str = ", ";

impl TeamService {
    /// Copies the addresses of the rows that a query finds. If some of them are selected, copies only theirs. Without any
    /// address, the clipboard stays as it is.
    pub(crate) async fn copy_emails(&self, query: &TeamQuery) -> Result<CopiedEmails, Failure> {
        let (selected, found, partial) = self.team.read(|team| {
            let selected = team.roster.selected_entries(query);
            Ok((selected, team.roster.found_entries(query), team.is_partial()))
        })?;
        let is_selection = !selected.is_empty();
        let rows = if is_selection { selected } else { found };
        let joined = tokio::task::spawn_blocking(move || joined_addresses(&rows, MAX_BYTES));
        let (text, copied) = joined.await.map_err(Failure::internal)?;
        if !text.is_empty() {
            ask(&self.desktop, move |desktop| desktop.copy_text(text), Failure::NotCopied).await?;
        }
        Ok(CopiedEmails { selected: is_selection, partial, ..copied })
    }
}

/// The addresses, each once, as long as they fit.
fn joined_addresses(rows: &[Arc<Entry>], max_bytes: usize) -> (String, CopiedEmails) {
    let (mut text, mut seen) = (String::new(), HashSet::new());
    let mut copied = CopiedEmails::default();
    for entry in rows {
        let address = entry.row.email.trim();
        if !is_one_address(address) {
            copied.without_address += 1;
        } else if !seen.insert(address_key(address)) {
            // A member may also have an invitation.
        } else if copied.left_out > 0 || text.len() + SEPARATOR.len() + address.len() > max_bytes {
            copied.left_out += 1;
        } else {
            if !text.is_empty() {
                text.push_str(SEPARATOR);
            }
            text.push_str(address);
            copied.copied += 1;
        }
    }
    (text, copied)
}

/// Whether a text is one address, also for the mail program that it is pasted into: a server's odd value must not add
/// further recipients.
fn is_one_address(text: &str) -> bool {
    let splits = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"');
    text.contains('@') && !text.contains(splits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(emails: &[&str], max_bytes: usize) -> (String, CopiedEmails) {
        let entry = |email: &&str| {
            let row = lapel_domain::Collaborator {
                id: "r".into(),
                organization: "acme".into(),
                user_id: None,
                email: (*email).to_owned(),
                first_name: String::new(),
                last_name: String::new(),
                picture: String::new(),
                team_role: lapel_domain::TeamRole::Viewer,
                user_role: None,
                sso: None,
                tags: Vec::new(),
                pending: false,
                created_at: None,
                updated_at: None,
            };
            Arc::new(Entry::new(row, None, false))
        };
        joined_addresses(&emails.iter().map(entry).collect::<Vec<_>>(), max_bytes)
    }

    #[test]
    fn each_address_is_copied_once_and_a_row_without_one_is_counted() {
        let (text, copied) =
            joined(&["a@example.com", "", "A@example.com", " b@example.com ", "no address"], MAX_BYTES);
        assert_eq!(text, "a@example.com, b@example.com");
        assert_eq!((copied.copied, copied.without_address, copied.left_out), (2, 2, 0));
    }

    #[test]
    fn an_odd_value_of_the_server_adds_no_recipient() {
        for odd in
            ["a@example.com,b@example.com", "a@example.com; b", "A <a@example.com>", "a@example.com\nBcc: b@x.org"]
        {
            assert_eq!(joined(&[odd], MAX_BYTES).0, "", "{odd}");
        }
    }

    #[test]
    fn the_text_is_bounded_and_says_how_many_addresses_do_not_fit() {
        let (text, copied) = joined(&["a@example.com", "b@example.com", "c@example.com"], 30);
        assert_eq!((text.as_str(), copied.copied, copied.left_out), ("a@example.com, b@example.com", 2, 1));
    }
}
