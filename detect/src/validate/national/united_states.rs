//! Numbers of the United States.

use super::{
    arithmetic::{integer, part},
    format::{Format, Rule, format, sum},
};

pub(super) const FORMATS: &[Format] = &[
    // <https://www.ssa.gov/employer/randomizationfaqs.html>
    format("us.ssn", &["#{9}"], &[Rule::Own(social_security)]),
    // <https://www.irs.gov/tin/itin>
    format("us.itin", &["9#{8}"], &[Rule::Own(individual)]),
    format("us.tin", &["#{9}", "#{3}-#{2}-#{4}", "#{2}-#{7}", "P#{8}"], &[Rule::Own(taxpayer)]).keeping("-"),
    format("us.atin", &["#{9}"], &[]),
    format("us.ptin", &["P#{8}"], &[]),
    // <https://www.irs.gov/businesses/small-businesses-self-employed/how-eins-are-assigned-and-valid-ein-prefixes>
    format("us.ein", &["#{9}"], &[Rule::OneOf(0, CAMPUSES)]),
    // <https://www.aba.com/about-us/routing-number>
    format("us.rtn", &["#{9}"], &[sum(&[3, 7, 1, 3, 7, 1, 3, 7, 1], 10)]),
];

const CAMPUSES: &str = "01 02 03 04 05 06 10 11 12 13 14 15 16 20 21 22 23 24 25 26 27 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 71 72 73 74 75 76 77 80 81 82 83 84 85 86 87 88 90 91 92 93 94 95 98 99";

fn social_security(number: &[u8]) -> bool {
    crate::validate::ssn::may_be_issued(number)
}

/// A number of any kind by which the revenue service knows a taxpayer.
fn taxpayer(number: &[u8]) -> bool {
    let mut room = [0; 9];
    let digits = number.iter().filter(|byte| **byte != b'-');
    room.iter_mut().zip(digits).for_each(|(place, byte)| *place = *byte);
    let employer = Rule::OneOf(0, CAMPUSES).holds(&room);
    let person = social_security(&room) || room.starts_with(b"9") && individual(&room);
    match number.iter().position(|byte| *byte == b'-') {
        Some(2) => employer,
        Some(_) => person,
        None => number.starts_with(b"P") || employer || person,
    }
}

/// Groups 50 to 65, 70 to 88, 90 to 92 and 94 to 99.
fn individual(number: &[u8]) -> bool {
    matches!(integer(part(number, 3, 5)), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}
