//! Checksums of national, tax, health and other widely used numbers.
//!
//! A format is a line of a table: its name, its shapes and its rules, from a few general pieces. Names are the ISO 3166
//! code of the country and what the number is called there, as in `br.cpf`; numbers of no country have no code, as in `lei`.
//! Sources stand with each table and with the detectors that use the formats.

mod account; // bank accounts
mod africa_oceania; // Africa, Australia, New Zealand
mod americas;
mod arithmetic; // values of characters, weighted sums, remainders
mod asia;
mod check_digit; // Luhn, Verhoeff, Damm, ISO 7064
mod compact; // a number without what only separates
mod country; // codes of countries
mod date; // dates inside numbers
mod east_europe;
mod format; // one format: shapes and rules
mod health; // patients, doctors, insurances
mod north_europe;
mod person; // dates and places in numbers of Europeans
mod person_overseas; // and of others
mod shape; // what characters stand where
mod south_europe;
mod trade; // companies, securities, goods, publications
mod united_states;
mod vat; // value added tax in the European Union
mod west_europe;

use super::wallet;
use format::Format;
pub(crate) use format::Named;

/// Every table of formats.
const TABLES: [&[Format]; 14] = [
    account::FORMATS,
    africa_oceania::FORMATS,
    americas::FORMATS,
    asia::FORMATS,
    east_europe::FORMATS,
    health::FORMATS,
    north_europe::FORMATS,
    person::FORMATS,
    person_overseas::FORMATS,
    south_europe::FORMATS,
    trade::FORMATS,
    united_states::FORMATS,
    vat::FORMATS,
    west_europe::FORMATS,
];

/// Whether `text` is a number of the format: its length, characters, dates and checksum. `None` for an unknown format.
///
/// Formats are named by ISO 3166 code and local name (`br.cpf`, `de.idnr`), where a code is a word of programming languages
/// with an underscore behind it (`in_.pan`). Spaces, dashes, dots and a country's prefix do not matter.
#[must_use]
pub fn checksum(format: &str, text: &str) -> Option<bool> {
    match format {
        "bitcoin" => Some(wallet::is_bitcoin(text.trim().as_bytes())),
        _ => Format::named(format).map(|format| format.accepts(text)),
    }
}

fn formats() -> impl Iterator<Item = &'static Format> {
    TABLES.iter().copied().flatten()
}
