use super::number;

/// Numbers that were published and so withdrawn: an advertisement of 1938 and one of 1940.
/// <https://www.ssa.gov/history/ssn/misused.html>
const WITHDRAWN: [u32; 2] = [78_051_120, 219_099_999];

/// Whether a number of nine digits may have been issued: areas 000, 666 and 900 to 999, group 00 and serial 0000 never are.
/// <https://www.ssa.gov/employer/randomizationfaqs.html>
pub(super) fn may_be_issued(text: &[u8]) -> bool {
    let ssn = number(text);
    let (area, group, serial) = (ssn / 1_000_000, ssn / 10_000 % 100, ssn % 10_000);
    let separators = text.iter().filter(|byte| !byte.is_ascii_digit());
    let uniform = separators.clone().all(|byte| Some(byte) == separators.clone().next());
    uniform && !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0 && !WITHDRAWN.contains(&ssn)
}

#[cfg(test)]
mod tests {
    use super::may_be_issued;

    #[test]
    fn ranges_never_issued() {
        for (text, issued) in [
            ("536-90-4399", true),
            ("536904399", true),
            ("000-12-3456", false),
            ("666-12-3456", false),
            ("912-12-3456", false),
            ("536-00-4399", false),
            ("536-90-0000", false),
            ("078-05-1120", false),
            ("536-90 4399", false),
        ] {
            assert_eq!(may_be_issued(text.as_bytes()), issued, "{text}");
        }
    }
}
