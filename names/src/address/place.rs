/// How far back the start of a line is looked for.
const REACH: usize = 24;

/// Whether a byte may stand before the first word of a line: blanks, and what quoted and listed lines begin with.
pub(super) fn leads_line(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'>' | b'|' | b'*' | b'#' | b'?' | b'-' | b'+')
}

/// Whether nothing that can be read stands before `at` in its line.
pub(super) fn opens_line(text: &[u8], at: usize) -> bool {
    line_of(text, at).is_some()
}

/// The end of the line before that which `at` opens.
pub(super) fn previous_line(text: &[u8], at: usize) -> Option<usize> {
    let end = line_of(text, at)?.checked_sub(1)?;
    let blanks =
        text.get(..end)?.iter().rev().take(REACH).take_while(|byte| byte.is_ascii_whitespace()).count();
    Some(end - blanks)
}

/// Where the line begins that `at` opens.
fn line_of(text: &[u8], at: usize) -> Option<usize> {
    let before = text.get(at.saturating_sub(REACH)..at)?;
    let lead = before.iter().rev().take_while(|byte| leads_line(**byte)).count();
    let start = at - lead;
    (start == 0 || text.get(start - 1) == Some(&b'\n')).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::{opens_line, previous_line};

    #[test]
    fn starts_of_lines() {
        for (before, opens, previous) in [
            ("", true, None),
            ("a\n", true, Some(1)),
            ("a\n > ", true, Some(1)),
            ("a\r\n\n", true, Some(1)),
            ("a ", false, None),
        ] {
            let text = format!("{before}12 Oak Street");
            assert_eq!(opens_line(text.as_bytes(), before.len()), opens, "{before:?}");
            assert_eq!(previous_line(text.as_bytes(), before.len()), previous, "{before:?}");
        }
    }
}
