//! Which rows of the roster are selected.

/// The selected rows, by their index in the roster.
#[derive(Default)]
pub(crate) struct Selection {
    /// Whether each row is selected. Apart from the rows, because the selected ones are counted with every keystroke.
    flags: Vec<bool>,
    count: usize,
}

impl Selection {
    /// Adds the next row, not selected.
    pub(crate) fn push(&mut self) {
        self.flags.push(false);
    }

    /// Removes a row. The last row gets its index.
    pub(crate) fn swap_remove(&mut self, index: u32) {
        self.count -= usize::from(self.flags.swap_remove(index as usize));
    }

    pub(crate) fn contains(&self, index: u32) -> bool {
        self.flags[index as usize]
    }

    pub(crate) fn set(&mut self, index: u32, selected: bool) {
        let flag = &mut self.flags[index as usize];
        self.count -= usize::from(*flag);
        self.count += usize::from(selected);
        *flag = selected;
    }

    /// Removes the selection of all rows.
    pub(crate) fn clear(&mut self) {
        self.flags.fill(false);
        self.count = 0;
    }

    /// The number of selected rows among the given ones, which must be different from each other. Without a selection, or
    /// with all rows given, no row is looked at.
    pub(crate) fn count_among(&self, rows: &[u32]) -> usize {
        if self.count == 0 || rows.len() == self.flags.len() {
            return self.count;
        }
        rows.iter().filter(|&&index| self.contains(index)).count()
    }
}
