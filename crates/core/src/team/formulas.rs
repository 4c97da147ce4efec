//! Cells that spreadsheets would evaluate as formulas (OWASP, "CSV Injection"). The export escapes them, the import
//! reverses it.

/// The first characters of a formula.
const FORMULA_START: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cell, with an apostrophe before it if a spreadsheet would evaluate it.
pub(super) fn escaped(cell: &str) -> String {
    let is_formula = cell.trim_start_matches(' ').starts_with(FORMULA_START);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell without the apostrophe of [`escaped`].
pub(super) fn unescaped(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_START));
    rest.unwrap_or(cell)
}
