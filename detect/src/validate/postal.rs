use super::Found;

/// Letters of the states, districts and territories that ZIP codes serve (USPS Publication 28, appendix B).
const STATES: &str = "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWIWYPRGUVIASMPAAAEAP";
/// British postcode areas (Royal Mail, Postcode Address File).
const AREAS: &str = "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL \
    GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR \
    RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE BX GIR";
/// Letters that never stand in the last two places of a postcode.
const NEVER_LAST: &[u8] = b"CIKMOV";

/// Whether a state's letters stand right before, behind a town and a comma: `Baltimore, MD 21202`.
pub(super) fn is_us_zip(found: Found<'_>) -> bool {
    let Some(before) = found.before().strip_suffix(b" ") else { return false };
    let Some((town, state)) = before.split_last_chunk::<2>() else { return false };
    town.ends_with(b", ") && STATES.as_bytes().chunks(2).any(|known| known == state)
}

/// Whether a postcode's area exists and its last letters are ones that are used.
pub(super) fn is_uk_postcode(text: &[u8]) -> bool {
    let letters = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let area = text.get(..letters).unwrap_or_default();
    let last = text.last_chunk::<2>().is_some_and(|last| !last.iter().any(|byte| NEVER_LAST.contains(byte)));
    last && AREAS.split_ascii_whitespace().any(|known| known.as_bytes() == area)
}

#[cfg(test)]
mod tests {
    use super::{Found, is_uk_postcode, is_us_zip};

    #[test]
    fn states_before_zip_codes() {
        for (text, holds) in [
            ("Baltimore, MD 21202", true),
            ("Baltimore\nMD 21202", false),
            ("CD 21202", false),
            ("see MD 21202", false),
            ("Baltimore, MD-21202", false),
        ] {
            let start = text.find("21202").unwrap();
            let found = Found { text: text.as_bytes(), start, end: text.len() };
            assert_eq!(is_us_zip(found), holds, "{text}");
        }
    }

    #[test]
    fn areas_of_postcodes() {
        for (text, holds) in
            [("SW1A 1AA", true), ("M60 1NW", true), ("QA1 1AA", false), ("M1 1CA", false), ("M1 1AI", false)]
        {
            assert_eq!(is_uk_postcode(text.as_bytes()), holds, "{text}");
        }
    }
}
