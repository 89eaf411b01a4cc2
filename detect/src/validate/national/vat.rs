//! Value added tax numbers of the European Union, by their country.
//!
//! <https://taxation-customs.ec.europa.eu/taxation/vat/vat-directive/vat-identification-numbers_en>

use super::{
    arithmetic::part,
    format::{Format, Rule, format},
};

pub(super) const FORMATS: &[Format] = &[format("eu.vat", &[], &[Rule::Own(in_union)]).keeping(",")];

/// Countries and the formats of their numbers.
const MEMBERS: [(&[u8; 2], &str); 29] = [
    (b"AT", "at.uid"),
    (b"BE", "be.vat"),
    (b"BG", "bg.vat"),
    (b"CY", "cy.vat"),
    (b"CZ", "cz.dic"),
    (b"DE", "de.vat"),
    (b"DK", "dk.cvr"),
    (b"EE", "ee.kmkr"),
    (b"EL", "gr.vat"),
    (b"GR", "gr.vat"),
    (b"ES", "es.nif"),
    (b"FI", "fi.alv"),
    (b"FR", "fr.tva"),
    (b"HR", "hr.oib"),
    (b"HU", "hu.anum"),
    (b"IE", "ie.vat"),
    (b"IT", "it.iva"),
    (b"LT", "lt.pvm"),
    (b"LU", "lu.tva"),
    (b"LV", "lv.pvn"),
    (b"MT", "mt.vat"),
    (b"NL", "nl.btw"),
    (b"PL", "pl.nip"),
    (b"PT", "pt.nif"),
    (b"RO", "ro.cf"),
    (b"SE", "se.vat"),
    (b"SI", "si.ddv"),
    (b"SK", "sk.dph"),
    (b"XI", "gb.vat"),
];

fn in_union(number: &[u8]) -> bool {
    let found = MEMBERS.iter().find(|(country, _)| number.starts_with(*country));
    let rest = part(number, 2, number.len());
    found.and_then(|(_, id)| Format::named(id)).is_some_and(|format| format.holds_padded(rest))
}
