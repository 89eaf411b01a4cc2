use super::{Digits, digits};

/// Countries and territories that banks are in (ISO 3166-1 alpha-2, with XK for Kosovo).
const COUNTRIES: &str = "ADAEAFAGAIALAMAOARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ\
    DEDJDKDMDODZECEEEGERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGUGWGYHKHNHRHTHUIDIEILIMINIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZ\
    LALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPRPSPTPWPYQARERORSRURW\
    SASBSCSDSESGSHSISKSLSMSNSOSRSSSTSVSXSYSZTCTDTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";
/// Weights of a routing number's digits, over and over.
const WEIGHTS: [u32; 9] = [3, 7, 1, 3, 7, 1, 3, 7, 1];

/// Whether letters 5 and 6 of a bank identifier code are a country (ISO 9362).
pub(super) fn is_bic(text: &[u8]) -> bool {
    let country = text.get(4..6).unwrap_or_default();
    COUNTRIES.as_bytes().chunks(2).any(|known| known == country)
}

/// Whether nine digits are a routing number: a Federal Reserve district in front, and weights of 3, 7 and 1 that add up.
/// <https://www.aba.com/about-us/routing-number>
pub(super) fn is_routing_number(text: &[u8]) -> bool {
    let number = Digits::of(digits(text));
    let [first, second, ..] = *number else { return false };
    let district = matches!(first * 10 + second, 1..=12 | 21..=32 | 61..=72 | 80);
    let sum: u32 = number.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    number.len() == 9 && district && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::{is_bic, is_routing_number};

    #[test]
    fn districts_and_weights() {
        for (text, right) in [
            ("121000358", true),
            ("0210-0002-1", true),
            ("121000359", false),
            ("500000005", false),
            ("000000000", false),
        ] {
            assert_eq!(is_routing_number(text.as_bytes()), right, "{text}");
        }
    }

    #[test]
    fn countries_of_banks() {
        assert!(is_bic(b"DEUTDEFF"));
        assert!(!is_bic(b"DEUTZZFF"));
    }
}
