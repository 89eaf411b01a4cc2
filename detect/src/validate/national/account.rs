//! Numbers of bank accounts, with the check digits of their countries.

use super::{
    arithmetic::{digit_sum, from_right, integer, part, value, weighted},
    check_digit::mod_97_10,
    format::{Format, Rule, format},
};
use crate::validate::iban;

pub(super) const FORMATS: &[Format] = &[
    // ISO 13616
    format("iban", &[], &[Rule::Own(iban::is_whole)]),
    // <https://www.nbb.be/en/payments-and-securities/payment-standards>
    format("be.iban", &["BE#{14}"], &[Rule::Own(iban::is_whole), Rule::Own(belgian)]),
    // <https://www.bde.es/bde/en/secciones/normativas/>, the two digits of control of the CCC
    format("es.iban", &["ES#{22}"], &[Rule::Own(iban::is_whole), Rule::Own(spanish)]),
    // <https://www.cbcg.me/en/core-functions/payment-system>
    format("me.iban", &["ME#{20}"], &[Rule::Own(iban::is_whole), Rule::Over(4, 22, mod_97_10)]),
    // <https://www.bits.no/iban/>
    format("no.iban", &["NO#{13}"], &[Rule::Own(iban::is_whole), Rule::Own(norwegian)]),
    // Decree 169/2011 of the Czech National Bank, <https://www.cnb.cz/en/payments/accounts-bank-codes/>
    format("cz.bankaccount", &[], &[Rule::Own(czech)]).keeping("-/"),
    // <https://www.ird.govt.nz/software-providers>, Resident Withholding Tax specification, validation of bank accounts
    format("nz.bankaccount", &["#{14}", "#{15}", "#{16}"], &[Rule::Own(new_zealand)]),
];

/// The last two digits are the rest of the ten before them, with 97 for nothing.
fn belgian(number: &[u8]) -> bool {
    let rest = integer(part(number, 4, 14)) % 97;
    integer(part(number, 14, 16)) == if rest == 0 { 97 } else { rest }
}

/// One digit for bank and branch, one for the account.
fn spanish(number: &[u8]) -> bool {
    const WEIGHTS: &[i64] = &[1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let digit = |sum: i64| match 11 - sum % 11 {
        10 => 1,
        11 => 0,
        digit => digit,
    };
    let bank = digit(weighted(part(number, 4, 12), WEIGHTS.get(2..).unwrap_or_default()));
    let account = digit(weighted(part(number, 14, 24), WEIGHTS));
    integer(part(number, 12, 14)) == bank * 10 + account
}

fn norwegian(number: &[u8]) -> bool {
    weighted(part(number, 4, 15), &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
}

/// Codes of banks that take part in Czech payments.
const CZECH_BANKS: &str = "0100 0300 0600 0710 0800 2010 2020 2060 2070 2100 2200 2220 2240 2250 2260 2275 2600 2700 3030 3050 3060 3500 \
    4000 4300 5500 5800 6000 6100 6200 6210 6300 6700 6800 7910 7940 7950 7960 7970 7980 7990 8030 8040 8060 8090 8150 8190 8198 8199 8200 \
    8215 8220 8225 8230 8240 8250 8255 8260 8265 8270 8272 8280 8283 8291 8292 8293 8294 8296 8500";

/// `prefix-number/bank`: prefix and number have a weighted sum each that 11 divides.
fn czech(number: &[u8]) -> bool {
    let Some(slash) = number.iter().position(|byte| *byte == b'/') else { return false };
    let (account, bank) = (part(number, 0, slash), part(number, slash + 1, number.len()));
    let dash = account.iter().position(|byte| *byte == b'-');
    let prefix = part(account, 0, dash.unwrap_or(0));
    let root = part(account, dash.map_or(0, |dash| dash + 1), account.len());
    let holds = |digits: &[u8]| {
        digits.iter().all(u8::is_ascii_digit)
            && from_right(digits, &[1, 2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 == 0
    };
    let known = CZECH_BANKS.split_ascii_whitespace().any(|code| code.as_bytes() == bank);
    known
        && prefix.len() <= 6
        && (2..=10).contains(&root.len())
        && holds(prefix)
        && holds(root)
        && integer(root) > 0
}

/// Bank, branch, account, suffix: which weights count depends on the bank.
fn new_zealand(number: &[u8]) -> bool {
    let zeros = b"00".get(..16_usize.saturating_sub(number.len())).unwrap_or_default();
    let number = [part(number, 0, 13), zeros, part(number, 13, number.len())].concat();
    let account = integer(part(&number, 6, 13));
    let (weights, modulus, folded): ([i64; 16], i64, bool) = match integer(part(&number, 0, 2)) {
        1..=3 | 6 | 11..=24 | 27 | 30 | 35 | 38 if account < 990_000 => {
            ([0, 0, 6, 3, 7, 9, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0], 11, false)
        }
        1..=3 | 6 | 11..=24 | 27 | 30 | 35 | 38 => {
            ([0, 0, 0, 0, 0, 0, 0, 10, 5, 8, 4, 2, 1, 0, 0, 0], 11, false)
        }
        8 => ([0, 0, 0, 0, 0, 0, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0], 11, false),
        9 => ([0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3, 2, 0, 0, 1], 11, true),
        25 | 33 => ([0, 0, 0, 0, 0, 0, 1, 7, 3, 1, 7, 3, 1, 0, 0, 0], 10, false),
        26 | 28 | 29 => ([0, 0, 0, 0, 0, 0, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1], 10, true),
        31 => ([0; 16], 1, false),
        _ => return false,
    };
    let products = number.iter().zip(weights).map(|(byte, weight)| value(*byte) * weight);
    let sum: i64 = products.map(|product| if folded { digit_sum(digit_sum(product)) } else { product }).sum();
    sum % modulus == 0
}
