//! A row of an organization's team: a member or a pending invitation. Module `team_role` decides who may change its
//! role.

use crate::folding::fold_into;
use crate::id_search::words_for;
use crate::marks::{FoldedText, merged, utf16_length};
use crate::{TeamRole, Timestamp, UserRole};

/// A row of an organization's team. Optional values are `None` if the server omitted them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collaborator {
    /// Id of the row (not of the person).
    pub id: String,
    /// Id of the organization.
    pub organization: String,
    /// Id of the person; `None` while the invitation is pending.
    pub user_id: Option<String>,
    /// Email address (of a pending row: the invited address); empty if the server sent none.
    pub email: String,
    /// Given name, or empty.
    pub first_name: String,
    /// Family name, or empty.
    pub last_name: String,
    /// URL of the picture, or empty. The URL has no scheme, host and port if it is on the API's own origin.
    pub picture: String,
    /// Role in the team.
    pub team_role: TeamRole,
    /// Role on the whole service; `None` while the invitation is pending or if the server sent none.
    pub user_role: Option<UserRole>,
    /// Whether the person signs in by single sign-on.
    pub sso: Option<bool>,
    /// Labels, in the server's order.
    pub tags: Vec<String>,
    /// Whether this is an invitation that has not been accepted yet.
    pub pending: bool,
    /// When the row was created.
    pub created_at: Option<Timestamp>,
    /// When the row was last changed on the server.
    pub updated_at: Option<Timestamp>,
}

impl Collaborator {
    /// The name to display: first and last name, else the email address, else the id.
    pub fn display_name(&self) -> String {
        [self.full_name().as_str(), self.email.trim(), &self.id]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    /// The text that a search examines, folded: name, email address, id, then other forms of the name, and the tags.
    /// Each is on its own line, so that no match spans two of them. Only some words mean an id: see
    /// [`matches_id`](crate::matches_id).
    pub fn search_text(&self) -> String {
        let mut text = String::with_capacity(64);
        push_line(&mut text, &self.full_name());
        push_line(&mut text, &self.email);
        push_line(&mut text, &self.id);
        self.joined_names().into_iter().flatten().for_each(|parts| {
            push_line(&mut text, &parts.concat().replace(char::is_whitespace, ""));
        });
        self.tags.iter().for_each(|tag| push_line(&mut text, tag));
        text.pop();
        text
    }

    /// The parts of the display name that match one of the folded words, as [`marks`] returns them.
    pub fn name_marks(&self, words: &[&str]) -> Vec<(u32, u32)> {
        let mut name = FoldedText::default();
        name.push(&self.display_name(), 0);
        // A row without a name and an address shows its id instead.
        let is_id = self.full_name().is_empty() && self.email.trim().is_empty();
        let words = if is_id { words_for(&self.id, words) } else { words.to_vec() };
        let words = words.as_slice();
        let mut found: Vec<_> = name.matches(words).collect();
        let first_name = self.first_name.trim();
        let last_name_at = if first_name.is_empty() { 0 } else { utf16_length(first_name) + 1 };
        for (parts, at) in self.joined_names().iter().flatten().zip([[0, last_name_at], [last_name_at, 0]]) {
            let mut joined = FoldedText::default();
            parts.iter().zip(at).for_each(|(part, at)| joined.push(part, at));
            joined.remove_spaces();
            found.extend(joined.matches(words));
        }
        merged(found)
    }

    /// Chinese, Japanese and Korean names are written without a space, with the family name first: both names in both
    /// orders. None for other names.
    fn joined_names(&self) -> Option<[[&str; 2]; 2]> {
        let (first, last) = (self.first_name.trim(), self.last_name.trim());
        first.chars().chain(last.chars()).any(is_east_asian).then_some([[first, last], [last, first]])
    }

    fn full_name(&self) -> String {
        format!("{} {}", self.first_name.trim(), self.last_name.trim()).trim().to_owned()
    }
}

/// Appends a folded text and a line break.
fn push_line(lines: &mut String, text: &str) {
    let start = lines.len();
    fold_into(lines, text);
    if lines[start..].contains('\n') {
        let line = lines.split_off(start).replace('\n', " ");
        lines.push_str(&line);
    }
    lines.push('\n');
}

/// Whether a letter is Chinese, Japanese or Korean.
fn is_east_asian(c: char) -> bool {
    matches!(
        c,
        '\u{1100}'..='\u{11ff}'
            | '\u{2e80}'..='\u{2fdf}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{318f}'
            | '\u{31a0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{a960}'..='\u{a97f}'
            | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ffdc}'
            | '\u{1b000}'..='\u{1b16f}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search_words;

    fn collaborator(first_name: &str, last_name: &str, email: &str) -> Collaborator {
        Collaborator {
            id: "65F0".into(),
            organization: "1".into(),
            user_id: None,
            email: email.into(),
            first_name: first_name.into(),
            last_name: last_name.into(),
            picture: String::new(),
            team_role: TeamRole::Viewer,
            user_role: None,
            sso: None,
            tags: Vec::new(),
            pending: true,
            created_at: None,
            updated_at: None,
        }
    }

    #[test]
    fn the_display_name_falls_back_to_email_and_id() {
        for (first_name, last_name, email, expected) in [
            ("Olivia", "Owner", "owner@example.com", "Olivia Owner"),
            (" ", " Owner ", "owner@example.com", "Owner"),
            ("", "", " invited@example.com", "invited@example.com"),
            ("", " ", "", "65F0"),
        ] {
            assert_eq!(collaborator(first_name, last_name, email).display_name(), expected);
        }
    }

    #[test]
    fn each_part_that_a_search_covers_is_a_line_without_case_and_accents() {
        let zoe = Collaborator {
            tags: vec!["Ñandú".into(), "A\nb".into()],
            ..collaborator("Zoë", "Ñúñez", "Zoe@Example.com")
        };
        assert_eq!(zoe.search_text(), "zoe nunez\nzoe@example.com\n65f0\nnandu\na b");
        assert_eq!(collaborator("", "", "").search_text(), "\n\n65f0");
        let text = collaborator("A\nb", "", "c\n").search_text();
        assert_eq!(text, "a b\nc \n65f0", "a line break in a value starts no line");
    }

    #[test]
    fn names_of_the_world_are_found_as_people_type_them_and_the_found_part_is_marked() {
        for (first_name, last_name, typed, marked) in [
            ("Conan", "O’Brien", "o'brien", "O’Brien"),
            ("Conan", "O'Brien", "O’BRIEN", "O'Brien"),
            ("Conan", "OʼBrien", "obrien", "OʼBrien"),
            ("Conan", "OBrien", "o`brien", "OBrien"),
            ("Jean\u{2011}Luc", "Picard", "jean-luc", "Jean\u{2011}Luc"),
            ("Jean-Luc", "Picard", "jean–luc picard", "Jean-Luc|Picard"),
            ("Victor", "Viewer", "Viewer, Victor", "Victor|Viewer"),
            ("علي", "کریمی", "علی كريمي", "علي|کریمی"),
            ("علی\u{200c}رضا", "", "عليرضا", "علی\u{200c}رضا"),
            ("محمد", "الفاتح", "محمـد", "محمد"),
            ("小龙", "李", "李小龙", "小龙|李"),
            ("李 小龙", "", "李小龙", "李|小龙"),
            ("小龙", "李", "小龙李", "小龙|李"),
            ("小龙", "李", "李小", "小|李"),
            ("小龙", "李", "李 小龙", "小龙|李"),
            ("李", "小龙", "李小龙", "李|小龙"),
            ("李小龙", "", "李小龙", "李小龙"),
            ("太郎", "山田", "山田太郎", "太郎|山田"),
            ("タロウ", "ヤマダ", "やまだたろう", "タロウ|ヤマダ"),
            ("소룡", "이", "이소룡", "소룡|이"),
            ("민수", "김", "김ㅁ", "민|김"),
            ("Thị Hương", "Nguyễn", "nguyen huong", "Hương|Nguyễn"),
            ("Łukasz", "Żółć", "zolc lukasz", "Łukasz|Żółć"),
            ("İpek", "Işık", "ipek isik", "İpek|Işık"),
            ("Βασίλης", "Παπαδόπουλος", "ΒΑΣΙΛΗΣ", "Βασίλης"),
            ("Алёна", "Королёва", "алена королева", "Алёна|Королёва"),
            ("Kaʻahumanu", "", "ka'ahumanu", "Kaʻahumanu"),
            ("שִׁירָה", "כֹּהֵן", "כהן", "כֹּהֵן"),
            ("नीता", "शर्मा", "शर्मा", "शर्मा"),
            ("สมชาย", "ใจดี", "ใจดี", "ใจดี"),
            ("Xiǎolóng", "Lǐ", "li xiaolong", "Xiǎolóng|Lǐ"),
            ("Max \"Mad\"", "O`Shea, Jr.", "max \"mad\" o'shea, jr.", "Max|Mad|O`Shea|Jr."),
        ] {
            let row = collaborator(first_name, last_name, "");
            let words = search_words(typed);
            let text = row.search_text();
            assert!(words.iter().all(|word| text.contains(word)), "{typed} in {text:?}");
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let name: Vec<u16> = row.display_name().encode_utf16().collect();
            let part = |(start, end): (u32, u32)| String::from_utf16_lossy(&name[start as usize..end as usize]);
            let parts: Vec<String> = row.name_marks(&words).into_iter().map(part).collect();
            assert_eq!(parts.join("|"), marked, "{typed}");
        }
    }

    #[test]
    fn a_name_that_is_the_id_is_marked_like_an_id() {
        let row = collaborator("", " ", "");
        assert_eq!((row.name_marks(&["65"]), row.name_marks(&["65f0"])), (vec![], vec![(0, 4)]));
        assert_eq!(collaborator("Area 65", "", "").name_marks(&["65"]), [(5, 7)]);
    }

    #[test]
    fn only_east_asian_names_are_joined() {
        for (first_name, last_name, typed) in [("Victor", "Viewer", "viewervictor"), ("小龙", "李", "龙小李")] {
            let text = collaborator(first_name, last_name, "").search_text();
            assert!(!search_words(typed).iter().all(|word| text.contains(word)), "{typed} in {text:?}");
        }
    }
}
