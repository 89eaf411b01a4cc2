use axum::{
    http::{HeaderName, header},
    response::IntoResponse,
};

/// Rows as CSV (RFC 4180) with `head` as the first line.
pub(crate) fn lines<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut text = head.join(",") + "\r\n";
    for row in rows {
        text += &row.map(|text| cell(&text)).join(",");
        text += "\r\n";
    }
    text
}

/// An answer that browsers keep as a file of that name.
pub(crate) fn file(name: &str, text: String) -> impl IntoResponse {
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text)
}

/// A quoted cell. Spreadsheets run what begins like a formula, so an apostrophe goes before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_and_run_nothing() {
        for (text, expected) in [
            ("plain", "\"plain\""),
            ("says \"yes\", mostly", "\"says \"\"yes\"\", mostly\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("-1", "\"'-1\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
