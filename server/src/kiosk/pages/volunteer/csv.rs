//! Tables for spreadsheets: comma-separated, UTF-8 with a mark that Excel looks for.

/// A table under construction.
pub(super) struct Csv(String);

impl Csv {
    /// An empty table.
    pub(super) fn new() -> Self {
        Self("\u{feff}".to_owned())
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[&str]) {
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            self.0.push('"');
            // A cell that begins like a formula would be computed by the spreadsheet.
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
                self.0.push('\'');
            }
            self.0.push_str(&cell.replace('"', "\"\""));
            self.0.push('"');
        }
        self.0.push_str("\r\n");
    }

    /// The file's bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula() {
        let mut csv = Csv::new();
        csv.row(&["=HYPERLINK(\"http://x\")", "+1", "-1", "@a", "\t=1", "Lan"]);
        let text = String::from_utf8(csv.into_bytes()).unwrap();
        let cells = "\"'=HYPERLINK(\"\"http://x\"\")\",\"'+1\",\"'-1\",\"'@a\",\"'\t=1\",\"Lan\"";
        assert_eq!(text, format!("\u{feff}{cells}\r\n"));
    }
}
