//! Judgements that a pattern cannot make.

mod assigned; // is a named value a password, or code and prose
mod assignment; // a value and the name it is given to
mod bank; // routing numbers and bank codes
mod card; // issuer ranges and Luhn
mod checksum; // checksums that vendors embed in tokens
mod credential; // is it one: signs and their weights
mod date; // calendar dates
mod device; // vehicles, network cards, accounts
mod email; // host names and their last label
mod entropy; // how random a text looks
mod evidence; // what can be seen of a value and its name
mod iban; // country lengths and mod 97
mod ip; // ranges of addresses that tell of someone
mod jwt; // a decoded header
mod likeness; // how much letters read like words
mod marking; // a marking stated, or only mentioned
mod national; // numbers of states, taxes, health and trade
mod phone; // calling codes and number lengths
mod placeholder; // values that only stand for a credential
mod postal; // states and postcode areas
mod seed; // words of a wallet
mod sign; // what speaks for or against a credential
mod ssn; // numbers never issued
mod vocabulary; // words of names and of stand-ins
mod wallet; // checksums of crypto wallets

use serde::Deserialize;

use crate::{attack::Attack, topic::Topic};

pub(crate) use checksum::{base_62, crc32};
pub(crate) use credential::candidate;
pub(crate) use entropy::entropy;
pub(crate) use evidence::signs;
pub use national::checksum;
pub(crate) use placeholder::is_placeholder;
pub(crate) use vocabulary::names_credential;

/// A judgement a detector may ask for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Check {
    /// The value assigned to the name around the anchor, whatever the language.
    Assigned,
    /// A value quoted in an assignment.
    Quoted,
    /// A value assigned without quotes.
    Unquoted,
    /// A value that stands where only a password can, in a statement or command.
    Chosen,
    /// A value that stands where nothing but a password can: only what describes one is none.
    Given,
    /// Letters and digits both.
    Mixed,
    /// A seed phrase of a wallet near the anchor.
    SeedPhrase,
    /// A value named in a sentence.
    Spoken,
    /// A password within a URL.
    UrlPassword,
    /// A payment card number.
    Card,
    /// Digits that satisfy the Luhn formula.
    Luhn,
    /// A calendar date on which someone living may be born.
    BirthDate,
    /// An e-mail address.
    Email,
    /// A token that ends in the CRC-32 of its random part.
    Crc32,
    /// An international bank account number.
    Iban,
    /// A public IPv4 address.
    Ipv4,
    /// A public IPv6 address.
    Ipv6,
    /// An address of a machine other than this one, of whatever range.
    IpAny,
    /// A JSON web token.
    Jwt,
    /// A phone number with its calling code.
    PhoneInternational,
    /// A phone number of the North American plan.
    PhoneNorthAmerican,
    /// A phone number as written within some country.
    PhoneNational,
    /// A phone number that some country gives out, in the groups in which it is written there.
    PhoneShaped,
    /// The same, in brackets or after a zero and long enough to be one without a word for phones.
    PhoneGrouped,
    /// A phone number that is dialled so within some country.
    PhoneDialled,
    /// An address that is well-formed, of whatever range.
    IpValid,
    /// An address of one network card.
    Mac,
    /// A vehicle identification number with its check digit.
    Vin,
    /// Letters and digits as on a number plate.
    Plate,
    /// A name in the address of a profile.
    Handle,
    /// A name that is no word.
    HandleMadeUp,
    /// A number of years that a person may have lived.
    Age,
    /// A ZIP code behind a state.
    UsZip,
    /// A postcode of an area that exists.
    UkPostcode,
    /// A bank identifier code of some country.
    Bic,
    /// A US bank's routing number.
    Aba,
    /// A Bitcoin address with its checksum.
    Bitcoin,
    /// An Ethereum address with its checksum, or beside a word for wallets.
    Ethereum,
    /// A US social security number.
    UsSsn,
    /// Anything, without separators at its ends.
    Trimmed,
    /// A number of a format of `national`, by its name: `{ number = "br.cpf" }`.
    Number(national::Named),
    /// An attack carried by content.
    Attack(Attack),
    /// A classification marking that is not just mentioned.
    Marking,
    /// Business content of a kind.
    Topic(Topic),
}

/// A span that a pattern found, in its surroundings.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A span that is what its detector says; `confidence` only where the check knows better than the detector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Accepted {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) confidence: Option<f32>,
}

impl<'a> Found<'a> {
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    fn before(&self) -> &'a [u8] {
        self.text.get(..self.start).unwrap_or_default()
    }

    fn after(&self) -> &'a [u8] {
        self.text.get(self.end..).unwrap_or_default()
    }

    /// This span without separators at its ends, which a pattern takes in where letters may stand apart from digits.
    fn trimmed(self) -> Self {
        let separators =
            |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|byte| b" :-".contains(byte)).count();
        let start = self.start + separators(&mut self.bytes().iter());
        let end = self.end - separators(&mut self.bytes().iter().rev());
        Self { start, end: end.max(start), ..self }
    }

    /// This span as the detector found it.
    pub(crate) fn accepted(self, confidence: f32) -> Accepted {
        Accepted { start: self.start, end: self.end, confidence: Some(confidence) }
    }

    /// This span with the detector's own confidence.
    pub(crate) fn as_expected(self) -> Accepted {
        Accepted { start: self.start, end: self.end, confidence: None }
    }

    fn keep(self, holds: bool) -> Option<Accepted> {
        holds.then(|| self.as_expected())
    }
}

impl Check {
    /// Whether what it accepts lies within the span it is given.
    pub(crate) fn keeps_within(self) -> bool {
        !matches!(self, Self::Assigned | Self::SeedPhrase | Self::Marking | Self::Topic(_) | Self::Attack(_))
    }

    /// Whether that is the span itself, but for blanks and separators at its ends.
    pub(crate) fn keeps_ends(self) -> bool {
        let shortens = matches!(
            self,
            Self::Card
                | Self::Iban
                | Self::Email
                | Self::Quoted
                | Self::Unquoted
                | Self::Spoken
                | Self::Chosen
                | Self::UrlPassword
        );
        self.keeps_within() && !shortens
    }

    /// Accepts or rejects a span.
    pub(crate) fn judge(self, found: Found<'_>) -> Option<Accepted> {
        match self {
            Self::Assigned => credential::judge(found),
            Self::Quoted => assigned::quoted(found),
            Self::Unquoted => assigned::unquoted(found),
            Self::Spoken => assigned::spoken(found),
            Self::UrlPassword => assigned::in_url(found),
            Self::Card => card::judge(found),
            Self::Luhn => found.keep(card::judge_any(found)),
            Self::BirthDate => found.keep(date::is_birth_date(found.bytes())),
            Self::Email => email::judge(found),
            Self::Crc32 => Some(checksum::judge(found)),
            Self::Iban => iban::judge(found),
            Self::Ipv4 => ip::judge_v4(found),
            Self::Ipv6 => ip::judge_v6(found),
            Self::IpAny => found.keep(ip::is_machine(found.bytes())),
            Self::Jwt => jwt::judge(found),
            Self::SeedPhrase => seed::judge(found),
            Self::Chosen => assigned::chosen(found),
            Self::Given => found.keep(assigned::is_given(found.bytes())),
            Self::Mixed => found.keep(assigned::is_mixed(found.bytes())),
            Self::PhoneInternational => phone::judge_international(found),
            Self::PhoneShaped => phone::judge_shaped(found),
            Self::PhoneNorthAmerican => found.keep(phone::is_north_american(found.bytes())),
            Self::PhoneNational => found.keep(phone::is_national(found)),
            Self::PhoneGrouped => found.keep(phone::is_grouped(found)),
            Self::PhoneDialled => found.keep(phone::is_dialled(found.bytes())),
            Self::IpValid => found.keep(ip::is_valid(found.bytes())),
            Self::Mac => found.keep(device::is_mac(found.bytes())),
            Self::Vin => found.keep(device::is_vin(found.bytes())),
            Self::Plate => device::judge_plate(found),
            Self::Handle => found.keep(device::is_handle(found)),
            Self::HandleMadeUp => found.keep(device::is_made_up(found)),
            Self::Age => found.keep((1..=120).contains(&number(found.bytes()))),
            Self::UsZip => found.keep(postal::is_us_zip(found)),
            Self::UkPostcode => found.keep(postal::is_uk_postcode(found.bytes())),
            Self::Bic => found.keep(bank::is_bic(found.bytes())),
            Self::Aba => found.keep(bank::is_routing_number(found.bytes())),
            Self::Bitcoin => found.keep(wallet::is_bitcoin(found.bytes())),
            Self::Ethereum => wallet::judge_ethereum(found),
            Self::Attack(attack) => attack.judge(found),
            Self::Marking => marking::judge(found),
            Self::Topic(topic) => topic.judge(found),
            Self::UsSsn => found.keep(ssn::may_be_issued(found.bytes())),
            Self::Trimmed => Some(found.trimmed().as_expected()),
            Self::Number(format) => found.trimmed().keep(format.accepts(found.bytes())),
        }
    }
}

/// A few numbers without allocation; those beyond its room only make it too long for any judgement.
struct Digits {
    values: [u8; 32],
    count: usize,
}

impl Digits {
    fn of(numbers: impl Iterator<Item = u8>) -> Self {
        let mut all = Self { values: [0; 32], count: 0 };
        for (place, number) in all.values.iter_mut().zip(numbers) {
            *place = number;
            all.count += 1;
        }
        all
    }
}

impl std::ops::Deref for Digits {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.values.get(..self.count).unwrap_or_default()
    }
}

/// The digits of a text, as numbers, in order.
fn digits(text: &[u8]) -> impl DoubleEndedIterator<Item = u8> + Clone + '_ {
    text.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0')
}

/// The number that the decimal digits of `text` make; saturates.
fn number(text: &[u8]) -> u32 {
    digits(text).fold(0, |sum: u32, digit| sum.saturating_mul(10).saturating_add(u32::from(digit)))
}
