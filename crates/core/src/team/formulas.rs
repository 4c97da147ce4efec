//! Cells that spreadsheets would evaluate as formulas (OWASP, "CSV Injection"). The export escapes them, the import
//! reverses it.

use lapel_domain::trim_invisible;

/// The first visible characters of a formula. The last four are the full-width forms of the first four.
const FORMULA_START: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Invisible characters that are escaped at the start of every cell, because some programs drop them.
const DROPPED: [char; 3] = ['\t', '\r', '\n'];

/// The cell, with an apostrophe before it if a spreadsheet would evaluate it. A cell that already begins like an
/// escaped one gets another apostrophe, so that [`unescaped`] always returns the original cell.
pub(super) fn escaped(cell: &str) -> String {
    if is_escaped(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell without the apostrophe of [`escaped`].
pub(super) fn unescaped(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_escaped(rest)).unwrap_or(cell)
}

/// Whether a cell gets an apostrophe: it is a formula, or a formula after apostrophes.
fn is_escaped(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    cell.starts_with(DROPPED) || trim_invisible(cell).starts_with(FORMULA_START)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_could_evaluate_is_escaped() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            " =x",
            "\u{a0}=x",
            "\u{200b}=x",
            "\u{feff}@x",
            "\u{3000}+x",
            "\n=x",
            "\r=x",
            "\t=x",
            "\tx",
            "\rx",
            "\nx",
            "＝x",
            "＋x",
            "－x",
            "＠x",
            " ＝x",
            "'=x",
            "'' =x",
        ] {
            assert_eq!(escaped(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", " ", "'", "x=1", "O'Brien", "'x", "a@example.com", " a", "\u{a0}a", "1-2", "–x"] {
            assert_eq!(escaped(cell), cell, "{cell:?}");
            assert_eq!(unescaped(cell), cell, "{cell:?}");
        }
    }

    /// Texts that are often formulas after invisible characters and apostrophes.
    fn cell() -> impl Strategy<Value = String> {
        let starts = vec!["'", "=", "+", "＠", " ", "\t", "\n", "\r", "\u{a0}", "\u{200b}", "\u{feff}", "x", "\"", ";"];
        let start = proptest::collection::vec(proptest::sample::select(starts), 0..6);
        (start, any::<String>()).prop_map(|(start, rest)| start.concat() + &rest)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn unescaping_reverses_escaping_and_no_escaped_cell_begins_like_a_formula(cell in cell()) {
            let escaped = escaped(&cell);
            prop_assert_eq!(unescaped(&escaped), cell.as_str());
            prop_assert!(!trim_invisible(&escaped).starts_with(FORMULA_START), "{:?}", escaped);
        }
    }
}
