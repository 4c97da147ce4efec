//! Limits the tables of a container before it is opened: `heifer_isobmff` reserves the memory that they announce, and
//! searches them from their beginning for every item.

use heifer_isobmff::BoxIter;

use super::error::rare;
use crate::error::PictureError;

/// Maximum length of the tables that are searched for every item. Those of a photo of 200 megapixels have 50 kB.
const MAX_TABLE_BYTES: usize = 500_000;
/// Maximum length of the properties: color profiles and the parameters of decoders. They can take twelve times as much
/// when they are read.
pub(super) const MAX_PROPERTY_BYTES: usize = 2_000_000;
/// Maximum number of items in a file. A photo of 200 megapixels has about 800.
pub(super) const MAX_ITEMS: usize = 10_000;
/// Maximum number of pieces in which an item is stored. Nearly all files have one.
const MAX_PIECES: usize = 64;

/// Checks the tables of the items.
///
/// # Errors
/// [`PictureError::TooSlow`] if they are too long.
pub(super) fn check_tables(bytes: &[u8]) -> Result<(), PictureError> {
    for (_, meta) in boxes(bytes).filter(|(kind, _)| kind == b"meta") {
        let tables = meta.get(4..).unwrap_or_default();
        let (mut searched, mut properties) = (0, 0);
        let inside = boxes(tables).filter(|(kind, _)| kind == b"iprp").flat_map(|(_, table)| boxes(table));
        for (kind, table) in boxes(tables).chain(inside) {
            match &kind {
                b"iinf" | b"iloc" | b"iref" | b"ipma" => searched += table.len(),
                b"ipco" => properties += table.len(),
                _ => {}
            }
        }
        let has_many_items = boxes(tables).any(|(kind, table)| kind == *b"iinf" && count_items(table) > MAX_ITEMS);
        if searched > MAX_TABLE_BYTES || properties > MAX_PROPERTY_BYTES || has_many_items {
            return Err(PictureError::TooSlow);
        }
        boxes(tables).filter(|(kind, _)| kind == b"iloc").try_for_each(|(_, table)| check_pieces(table))?;
    }
    Ok(())
}

fn count_items(infos: &[u8]) -> usize {
    let start = if infos.first() == Some(&0) { 6 } else { 8 };
    boxes(infos.get(start..).unwrap_or_default()).count()
}

/// Checks the numbers of pieces (ISO/IEC 14496-12, 8.11.3). If all pieces are whole files, they take no byte in the
/// table, but 24 bytes of memory each.
fn check_pieces(table: &[u8]) -> Result<(), PictureError> {
    let [version, _, _, _, sizes, more, rest @ ..] = table else { return Ok(()) };
    let has_method = *version > 0;
    let (wide, index) = (*version > 1, if has_method { more & 15 } else { 0 });
    let piece = usize::from(sizes >> 4) + usize::from(sizes & 15) + usize::from(index);
    // The number of the item, how it is stored, in which file, and from where.
    let before = if wide { 4 } else { 2 } + if has_method { 2 } else { 0 } + 2 + usize::from(more >> 4);
    let mut rest = rest.get(if wide { 4 } else { 2 }..).unwrap_or_default();
    let mut all = 0;
    while let Some(([high, low], after)) = rest.get(before..).and_then(|rest| rest.split_first_chunk()) {
        let pieces = usize::from(u16::from_be_bytes([*high, *low]));
        all += pieces;
        if pieces > MAX_PIECES || all > 2 * MAX_ITEMS {
            return Err(rare());
        }
        rest = after.get(pieces * piece..).unwrap_or_default();
    }
    Ok(())
}

/// The types and contents of the boxes in `data`, up to the first damaged one.
pub(super) fn boxes(data: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    BoxIter::new(data).filter_map(Result::ok).map(|found| (found.header.box_type.0, found.content))
}
