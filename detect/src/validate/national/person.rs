//! Numbers of persons in which dates, places or the other sex are written, and national numbers beside them.
//!
//! <https://en.wikipedia.org/wiki/National_identification_number> names the law and the form of each.

use super::{
    arithmetic::{at, integer, mapped, part, value, weighted},
    check_digit::{self, luhn},
    date::{is_date, is_past, is_short_date, two},
    format::{Format, LUHN, Rule, digit, format, sum},
    west_europe::{be_complement, ie_letter, ie_second},
};

pub(super) const FORMATS: &[Format] = &[
    format("be.nn", &["#{11}"], &[Rule::Own(be_birth), Rule::Own(be_citizen)]),
    format("be.bis", &["#{11}"], &[Rule::Own(be_bis_birth), Rule::Own(be_citizen)]),
    format("be.ssn", &["#{11}"], &[Rule::Own(be_any_birth), Rule::Own(be_citizen)]),
    format("bg.egn", &["#{10}"], &[Rule::Own(bg_birth), digit(&[2, 4, 8, 5, 10, 9, 7, 3, 6], "01234567890")]),
    format("bg.pnf", &["#{10}"], &[digit(&[21, 19, 17, 13, 11, 9, 7, 3, 1], "0123456789")]),
    format("ch.ssn", &["756#{10}"], &[sum(&[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1], 10)]),
    format("cz.rc", &["#{9}", "#{10}"], &[Rule::Own(cz_birth), Rule::Own(cz_check)]),
    format("sk.rc", &["#{9}", "#{10}"], &[Rule::Own(cz_birth), Rule::Own(cz_check)]),
    format("dk.cpr", &["#{10}"], &[Rule::Own(dk_birth)]),
    format("ee.ik", &["#{11}"], &[Rule::Own(baltic_birth), Rule::Own(baltic_check)]),
    format("lt.asmens", &["#{11}"], &[Rule::Own(lt_birth), Rule::Own(baltic_check)]),
    format("lv.pk", &["#{11}"], &[Rule::Own(lv_person)]),
    format("es.dni", &["#{8}@"], &[Rule::Own(es_dni)]),
    format("es.nie", &["[XYZ]#{7}@"], &[Rule::Own(es_nie)]),
    format("fi.hetu", &["#{6}[-+ABCDEFUVWXY]#{3}[0123456789ABCDEFHJKLMNPRSTUVWXY]"], &[Rule::Own(fi_hetu)])
        .keeping("-+"),
    format("fr.nir", &["[123478]#{5}*#{8}", "[123478]#{4}*#{9}", "[123478]#{14}"], &[Rule::Own(fr_nir)]),
    format("gb.nino", &["@@#{6}[ABCD]"], &[Rule::Own(gb_nino)]),
    format("gr.amka", &["#{11}"], &[Rule::DayFirst(0), LUHN]),
    format("hr.oib", &["#{11}"], &[Rule::Own(check_digit::mod_11_10)]).prefixed(&["HR"]),
    format("ie.pps", &["#{7}@", "#{7}@[ABCDEFGHITWX]"], &[Rule::Own(ie_pps)]),
    format(
        "is_.kennitala",
        &["#{9}[089]"],
        &[Rule::Own(is_birth), digit(&[3, 2, 7, 6, 5, 4, 3, 2], "0?987654321")],
    ),
    format("it.codicefiscale", &["@{6}*{9}@", "#{11}"], &[Rule::Own(it_fiscal)]),
    format("nl.bsn", &["#{9}"], &[Rule::Varied, sum(&[9, 8, 7, 6, 5, 4, 3, 2, -1], 11)]).padded(9),
    format(
        "no.fodselsnummer",
        &["#{11}"],
        &[
            Rule::Own(no_birth),
            digit(&[3, 7, 6, 1, 8, 9, 4, 5, 2], "0?987654321"),
            digit(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "0?987654321"),
        ],
    ),
    format("pl.pesel", &["#{11}"], &[Rule::Own(pl_birth), sum(&[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10)]),
    format("pt.cc", &["#{9}*{2}#"], &[Rule::Own(pt_card)]),
    format(
        "ro.cnp",
        &["[123456789]#{12}"],
        &[Rule::Own(ro_birth), digit(&[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], "01234567891")],
    ),
    format("se.personnummer", &["#{10}", "#{12}", "#{6}[-+]#{4}", "#{8}[-+]#{4}"], &[Rule::Own(se_person)])
        .keeping("-+"),
    format(
        "si.emso",
        &["#{13}"],
        &[Rule::Own(yu_birth), digit(&[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "00987654321")],
    ),
    format(
        "rs.jmbg",
        &["#{13}"],
        &[Rule::Own(yu_birth), digit(&[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "00987654321")],
    ),
    format("cu.ni", &["#{11}"], &[Rule::Own(cu_birth)]),
    format("tr.tckimlik", &["[123456789]#{10}"], &[Rule::Own(tr_check)]),
    format("cn.ric", &["#{17}[0123456789X]"], &[Rule::Own(cn_birth), Rule::Own(check_digit::mod_11_2)]),
    format(
        "kr.rrn",
        &["#{13}"],
        &[Rule::Own(kr_birth), digit(&[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5], "10987654321")],
    ),
    format("my.nric", &["#{12}"], &[Rule::YearFirst(0), Rule::Own(my_place)]),
    format("id.nik", &["#{16}"], &[Rule::Own(id_birth)]),
    format("pk.cnic", &["[1234567]#{11}[123456789]"], &[]),
    format("za.idnr", &["#{10}[012]#{2}"], &[Rule::YearFirst(0), LUHN]),
    format("mu.nid", &["@#{12}*"], &[Rule::DayFirst(1), Rule::Own(mu_check)]),
    format(
        "mx.curp",
        &["@{4}#{6}[HMX]@{2}[~ABCDEFGHIJKLMNOPQRSTUVWXYZ]{3}*#"],
        &[Rule::YearFirst(4), Rule::OneOf(11, MEXICAN_STATES), Rule::Own(mx_check)],
    ),
    format("eg.nid", &["[23]#{13}"], &[Rule::Own(eg_birth)]),
    format("kz.iin", &["#{12}"], &[Rule::YearFirst(0), Rule::Own(kz_check)]),
    format("ae.eid", &["784#{12}"], &[LUHN]),
    format(
        "fi.hetu_temporary",
        &["#{6}[-+ABCDEFUVWXY]9#{2}[0123456789ABCDEFHJKLMNPRSTUVWXY]"],
        &[Rule::Own(fi_code)],
    )
    .keeping("-+"),
    format("kr.rrn_date", &["#{13}"], &[Rule::Own(kr_birth)]),
    format(
        "kw.civil",
        &["[23]#{11}"],
        &[Rule::YearFirst(1), digit(&[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], "??987654321")],
    ),
    format("hn.dni", &["#{13}"], &[Rule::Own(hn_birth)]),
    format("ni.cedula", &["#{13}@"], &[Rule::DayFirst(3), Rule::Own(ni_letter)]),
];

const MEXICAN_STATES: &str =
    "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE";

/// A Belgian birth date; month and day may be unknown.
fn be_date(number: &[u8], month: i64) -> bool {
    let (year, day) = (two(number, 0), two(number, 4));
    match (month, day) {
        (0, 0..=31) | (1..=12, 0 | 32..) => true,
        _ => is_short_date(year, month, day),
    }
}

fn be_birth(number: &[u8]) -> bool {
    be_date(number, two(number, 2))
}

/// Residents without a national number: the month is raised by 20, or 40 where the sex is known.
fn be_bis_birth(number: &[u8]) -> bool {
    match two(number, 2) {
        month @ 20..=32 => be_date(number, month - 20),
        month @ 40..=52 => be_date(number, month - 40),
        _ => false,
    }
}

fn be_any_birth(number: &[u8]) -> bool {
    be_birth(number) || be_bis_birth(number)
}

/// Born since 2000, a 2 stands in front for the checksum.
fn be_citizen(number: &[u8]) -> bool {
    let check = integer(part(number, 9, 11));
    be_complement(number) || 97 - (2_000_000_000 + integer(part(number, 0, 9))) % 97 == check
}

/// Months 21 to 32 mean the 19th century, 41 to 52 the 21st.
fn bg_birth(number: &[u8]) -> bool {
    let (year, month, day) = (two(number, 0), two(number, 2), two(number, 4));
    match month {
        1..=12 => is_date(1900 + year, month, day),
        21..=32 => is_date(1800 + year, month - 20, day),
        41..=52 => is_date(2000 + year, month - 40, day),
        _ => false,
    }
}

/// Women's months are raised by 50, and by 20 more where a day's numbers ran out since 2004. Nine digits until 1953.
fn cz_birth(number: &[u8]) -> bool {
    let (year, month, day) = (two(number, 0), two(number, 2) % 50, two(number, 4));
    let year = match (number.len(), year) {
        (9, 0..=53) | (10, 54..) => 1900 + year,
        (10, _) => 2000 + year,
        _ => 1800 + year,
    };
    let month = if month > 20 && year >= 2004 { month - 20 } else { month };
    !(number.len() == 9 && (1854..1880).contains(&year)) && is_date(year, month, day)
}

fn cz_check(number: &[u8]) -> bool {
    number.len() == 9 || integer(part(number, 0, 9)) % 11 % 10 == at(number, 9)
}

/// The century follows from the seventh digit: <https://da.wikipedia.org/wiki/CPR-nummer>.
fn dk_birth(number: &[u8]) -> bool {
    let year = two(number, 4);
    let century = match (at(number, 6), year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (5..=8, 58..) => 1800,
        _ => 2000,
    };
    is_past(century + year, two(number, 2), two(number, 0))
}

/// The first digit tells sex and century.
fn baltic_birth(number: &[u8]) -> bool {
    let century = match at(number, 0) {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => 2100,
    };
    let year = century + two(number, 1);
    at(number, 0) > 0 && at(number, 0) < 9 && is_date(year, two(number, 3), two(number, 5))
}

/// Exceptions begin with a nine and hold no date.
fn lt_birth(number: &[u8]) -> bool {
    at(number, 0) == 9 || baltic_birth(number)
}

/// Two rows of weights, the second where the first leaves ten.
pub(super) fn baltic_check(number: &[u8]) -> bool {
    let body = part(number, 0, 10);
    let first = weighted(body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(body, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    at(number, 10) == if first == 10 { second } else { first }
}

/// Day, month, year and century; numbers since 2017 begin with 32 and hold no date.
pub(super) fn lv_person(number: &[u8]) -> bool {
    if number.starts_with(b"32") {
        return true;
    }
    let year = match at(number, 6) {
        0 => 1800,
        1 => 1900,
        2 => 2000,
        _ => return false,
    } + two(number, 4);
    let check = (1 + weighted(part(number, 0, 10), &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10;
    is_date(year, two(number, 2), two(number, 0)) && check == at(number, 10)
}

/// The letter of a number modulo 23.
fn es_letter(number: i64) -> Option<u8> {
    mapped(number, "TRWAGMYFPDXBNJZSQVHLCKE")
}

pub(super) fn es_dni(number: &[u8]) -> bool {
    es_letter(integer(part(number, 0, 8))) == number.get(8).copied()
}

/// X, Y and Z stand for 0, 1 and 2.
pub(super) fn es_nie(number: &[u8]) -> bool {
    let first = at(number, 0) - value(b'X');
    es_letter(first * 10_000_000 + integer(part(number, 1, 8))) == number.get(8).copied()
}

/// The sign between date and serial number tells the century: <https://dvv.fi/en/personal-identity-code>.
fn fi_code(number: &[u8]) -> bool {
    let century = match number.get(6) {
        Some(b'+') => 1800,
        Some(b'A'..=b'F') => 2000,
        _ => 1900,
    };
    let whole = integer(part(number, 0, 6)) * 1000 + integer(part(number, 7, 10));
    is_date(century + two(number, 4), two(number, 2), two(number, 0))
        && mapped(whole, "0123456789ABCDEFHJKLMNPRSTUVWXY") == number.get(10).copied()
}

/// Serial numbers from 900 on are temporary and have a format of their own.
fn fi_hetu(number: &[u8]) -> bool {
    (2..900).contains(&integer(part(number, 7, 10))) && fi_code(number)
}

/// Corsica's departments 2A and 2B count as 19 and 18: <https://www.insee.fr/fr/metadonnees/definition/c1409>.
fn fr_nir(number: &[u8]) -> bool {
    let department = part(number, 5, 7);
    let corsica = match department {
        b"2A" => 19,
        b"2B" => 18,
        _ if department.iter().all(u8::is_ascii_digit) => integer(department),
        _ => return false,
    };
    if !number.iter().enumerate().all(|(place, byte)| place == 6 || byte.is_ascii_digit()) {
        return false;
    }
    let body = (integer(part(number, 0, 5)) * 100 + corsica) * 1_000_000 + integer(part(number, 7, 13));
    97 - body % 97 == integer(part(number, 13, 15))
}

/// Prefixes that are not used: <https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110>.
fn gb_nino(number: &[u8]) -> bool {
    let prefix = part(number, 0, 2);
    let unused: [&[u8]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    !unused.contains(&prefix)
        && !prefix.iter().any(|letter| b"DFIQUV".contains(letter))
        && prefix.get(1) != Some(&b'O')
}

fn ie_pps(number: &[u8]) -> bool {
    ie_letter(part(number, 0, 7), ie_second(number.get(8))) == number.get(7).copied()
}

/// Companies' days are raised by 40.
fn is_birth(number: &[u8]) -> bool {
    let century = match at(number, 9) {
        8 => 1800,
        9 => 1900,
        _ => 2000,
    };
    let day = two(number, 0);
    is_date(century + two(number, 4), two(number, 2), if day > 40 { day - 40 } else { day })
}

/// Companies have the digits of their value added tax number.
fn it_fiscal(number: &[u8]) -> bool {
    match number.len() {
        11 => super::south_europe::it_iva(number),
        _ => it_person(number),
    }
}

/// Surname, name, birth and place; digits may be replaced by letters where two people would have the same code:
/// <https://www.gazzettaufficiale.it/eli/id/1976/12/29/1976A1001/sg>.
fn it_person(number: &[u8]) -> bool {
    const ODD: [i64; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let plain = |byte: u8| if byte.is_ascii_digit() { value(byte) } else { value(byte) - 10 };
    let odd = |byte: u8| {
        usize::try_from(plain(byte)).ok().and_then(|place| ODD.get(place)).copied().unwrap_or_default()
    };
    let figure = |place: usize| match number.get(place) {
        Some(byte) if byte.is_ascii_digit() => Some(value(*byte)),
        Some(byte) => {
            "LMNPQRSTUV".bytes().zip(0..).find(|(letter, _)| letter == byte).map(|(_, digit)| digit)
        }
        None => None,
    };
    let pair = |place: usize| Some(figure(place)? * 10 + figure(place + 1)?);
    let (Some(year), Some(day)) = (pair(6), pair(9)) else { return false };
    let month =
        number.get(8).and_then(|byte| "ABCDEHLMPRST".bytes().zip(1..).find(|(letter, _)| letter == byte));
    let placed =
        number.get(11).is_some_and(u8::is_ascii_uppercase) && (12..15).all(|place| figure(place).is_some());
    let sum: i64 = part(number, 0, 15)
        .iter()
        .enumerate()
        .map(|(place, byte)| if place % 2 == 0 { odd(*byte) } else { plain(*byte) })
        .sum();
    let born =
        month.is_some_and(|(_, month)| is_short_date(year, month, if day > 40 { day - 40 } else { day }));
    placed && born && mapped(sum, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == number.get(15).copied()
}

/// Foreigners' days are raised by 40, months by 40 or 80 in other registers; the individual number tells the century.
fn no_birth(number: &[u8]) -> bool {
    let (day, month, year) = (two(number, 0), two(number, 2), two(number, 4));
    let day = if day > 40 { day - 40 } else { day };
    let month = match month {
        0..=40 => month,
        41..=80 => month - 40,
        _ => month - 80,
    };
    let century = match (integer(part(number, 6, 9)), year) {
        (500..=749, 54..) => 1800,
        (0..=499, _) | (900..=999, 40..) => 1900,
        (500..=999, 0..=39) => 2000,
        _ => return false,
    };
    is_date(century + year, month, day)
}

/// Months are raised by 80, 20, 40 and 60 for the centuries from 1800 on other than the last.
fn pl_birth(number: &[u8]) -> bool {
    let (year, month, day) = (two(number, 0), two(number, 2), two(number, 4));
    match month {
        1..=12 => is_date(1900 + year, month, day),
        21..=32 => is_date(2000 + year, month - 20, day),
        81..=92 => is_date(1800 + year, month - 80, day),
        _ => false,
    }
}

/// Every second value from the right doubled, less nine where that has two digits: letters have two already.
fn pt_card(number: &[u8]) -> bool {
    let double = |(place, byte): (usize, &u8)| match (place % 2, value(*byte)) {
        (0, once) => once,
        (_, half @ 0..=4) => 2 * half,
        (_, half) => 2 * half - 9,
    };
    number.iter().rev().enumerate().map(double).sum::<i64>() % 10 == 0
}

/// The first digit tells sex and century; two digits name the county of registration.
fn ro_birth(number: &[u8]) -> bool {
    let (year, month, day) = (two(number, 1), two(number, 3), two(number, 5));
    let born = match at(number, 0) {
        1 | 2 => is_date(1900 + year, month, day),
        3 | 4 => is_date(1800 + year, month, day),
        5 | 6 => is_date(2000 + year, month, day),
        _ => is_short_date(year, month, day),
    };
    born && matches!(two(number, 7), 1..=48 | 51 | 52 | 70 | 80..=83)
}

/// With or without century; a plus sign after the hundredth birthday; days raised by 60 for those not registered.
fn se_person(number: &[u8]) -> bool {
    let mut digits = [0; 12];
    let all = number.iter().filter(|byte| byte.is_ascii_digit());
    digits.iter_mut().zip(all).for_each(|(place, byte)| *place = *byte);
    let length = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    let short = part(&digits, length - 10, length);
    let (year, month, day) = (two(short, 0), two(short, 2), two(short, 4));
    let day = if day > 60 { day - 60 } else { day };
    let born = match length {
        12 => is_date(two(&digits, 0) * 100 + year, month, day),
        _ => is_short_date(year, month, day),
    };
    born && luhn(short)
}

/// Day, month and three digits of the year, as in all successors of Yugoslavia.
fn yu_birth(number: &[u8]) -> bool {
    let year = integer(part(number, 4, 7));
    let year = if year >= 800 { 1000 + year } else { 2000 + year };
    is_date(year, two(number, 2), two(number, 0))
}

/// The seventh digit tells the century.
fn cu_birth(number: &[u8]) -> bool {
    let century = match at(number, 6) {
        0..=5 => 1900,
        6..=8 => 2000,
        _ => 1800,
    };
    is_date(century + two(number, 0), two(number, 2), two(number, 4))
}

fn tr_check(number: &[u8]) -> bool {
    let odd: i64 = [0, 2, 4, 6, 8].iter().map(|place| at(number, *place)).sum();
    let even: i64 = [1, 3, 5, 7].iter().map(|place| at(number, *place)).sum();
    let tenth = (7 * odd - even).rem_euclid(10);
    at(number, 9) == tenth && at(number, 10) == (odd + even + tenth) % 10
}

/// Province and date of birth; GB 11643-1999.
fn cn_birth(number: &[u8]) -> bool {
    matches!(two(number, 0), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
        && cn_county(number)
        && is_past(integer(part(number, 6, 10)), two(number, 10), two(number, 12))
}

/// GB/T 2260: districts of a city are counted from 1 and 51, counties from 21; a municipality's counties stand apart.
fn cn_county(number: &[u8]) -> bool {
    let municipality = matches!(two(number, 0), 11 | 12 | 31 | 50);
    let county = two(number, 4);
    match two(number, 2) {
        0 => false,
        2 if municipality => (21..=50).contains(&county),
        _ => county > 0,
    }
}

/// The seventh digit tells sex, century and citizenship; two digits name the place of registration.
fn kr_birth(number: &[u8]) -> bool {
    let century = match at(number, 6) {
        0 | 9 => 1800,
        1 | 2 | 5 | 6 => 1900,
        _ => 2000,
    };
    is_date(century + two(number, 0), two(number, 2), two(number, 4)) && two(number, 7) <= 96
}

/// Codes of Malaysian states and of countries that exist:
/// <https://www.jpn.gov.my/en/kod-negeri-eng>, <https://www.jpn.gov.my/en/kod-negara-eng>.
fn my_place(number: &[u8]) -> bool {
    !matches!(two(number, 6), 0 | 17..=20 | 69 | 70 | 73 | 80 | 81 | 94..=97)
}

/// Province, then the birth date with women's days raised by 40.
fn id_birth(number: &[u8]) -> bool {
    let day = two(number, 6);
    matches!(two(number, 0), 11..=21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
        && is_short_date(two(number, 10), two(number, 8), if day > 40 { day - 40 } else { day })
}

fn mu_check(number: &[u8]) -> bool {
    let sum = weighted(part(number, 0, 13), &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let check = (17 - sum % 17) % 17;
    number.get(13).map(|byte| value(*byte)) == Some(check)
}

/// Values of the alphabet of Mexico's registers, in which Ñ stands between N and O.
fn mx_value(byte: u8) -> i64 {
    match byte {
        b'~' => 24,
        b'O'..=b'Z' => value(byte) + 1,
        _ => value(byte),
    }
}

fn mx_check(number: &[u8]) -> bool {
    let sum: i64 =
        part(number, 0, 17).iter().zip((2..=18).rev()).map(|(byte, weight)| mx_value(*byte) * weight).sum();
    (10 - sum % 10) % 10 == at(number, 17)
}

/// Century, date, governorate of birth.
fn eg_birth(number: &[u8]) -> bool {
    let century = if at(number, 0) == 2 { 1900 } else { 2000 };
    is_date(century + two(number, 1), two(number, 3), two(number, 5))
        && matches!(two(number, 7), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
}

/// Two rows of weights, the second where the first leaves ten.
pub(super) fn kz_check(number: &[u8]) -> bool {
    let body = part(number, 0, 11);
    let first = weighted(body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let second = weighted(body, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
    at(number, 11) == if first == 10 { second } else { first }
}

/// Department, municipality and year of birth.
fn hn_birth(number: &[u8]) -> bool {
    matches!(two(number, 0), 1..=18)
        && matches!(two(number, 2), 1..=28)
        && (1900..=2030).contains(&integer(part(number, 4, 8)))
}

/// The letter of a number modulo 23.
fn ni_letter(number: &[u8]) -> bool {
    mapped(integer(part(number, 0, 13)), "ABCDEFGHJKLMNPQRSTUVWXY") == number.get(13).copied()
}
