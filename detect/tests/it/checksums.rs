use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use detect::checksum;
use serde::Deserialize;

use crate::builtin;

/// A number of a format, valid or not.
#[derive(Deserialize)]
struct Vector {
    text: String,
    label: String,
    valid: bool,
}

/// How far a format agrees: of the valid ones accepted, of the others refused.
#[derive(Default)]
struct Agreement {
    right: usize,
    wrong: Vec<String>,
}

#[test]
fn shared_vectors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/fetched/detect/stdnum_checksum_vectors.dev.jsonl");
    // The vectors are not part of the project: they are tried where they are at hand.
    let Ok(file) = fs::read_to_string(path) else { return };
    let mut formats: BTreeMap<String, Agreement> = BTreeMap::new();
    for line in file.lines() {
        let vector: Vector = serde_json::from_str(line).unwrap();
        let Some(valid) = checksum(&vector.label, &vector.text) else { continue };
        let agreement = formats.entry(vector.label).or_default();
        match valid == vector.valid {
            true => agreement.right += 1,
            false => agreement.wrong.push(vector.text),
        }
    }
    let right: usize = formats.values().map(|agreement| agreement.right).sum();
    let wrong: usize = formats.values().map(|agreement| agreement.wrong.len()).sum();
    for (format, agreement) in formats.iter().filter(|(_, agreement)| !agreement.wrong.is_empty()) {
        println!("{format}: {} right, wrong {:?}", agreement.right, agreement.wrong);
    }
    println!("{} formats, {right} right, {wrong} wrong", formats.len());
    assert!(formats.len() >= 150, "{} formats", formats.len());
    assert!(wrong * 1000 <= right, "{wrong} of {} disagree", right + wrong);
}

/// Numbers of which the last part may be shorter.
#[test]
fn examples_of_any_length() {
    for (format, text, valid) in [
        ("cr.cpf", "1-0613-0584", true),
        ("cr.cpf", "1-613-584", true),
        ("cr.cpf", "0-0613-0584", false),
        ("nz.bankaccount", "01-0902-0068389-00", true),
        ("nz.bankaccount", "01-0902-0068389-000", true),
        ("nz.bankaccount", "01-0902-0068388-00", false),
        ("bitcoin", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", true),
        ("bitcoin", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", false),
    ] {
        assert_eq!(checksum(format, text), Some(valid), "{format} {text}");
    }
}

/// Numbers that authorities and encyclopaedias publish as examples, or worked out by hand from the published rule.
#[test]
fn published_examples() {
    let mut failing = Vec::new();
    for (format, valid, wrong) in [
        ("ae.eid", "784-1984-1234567-4", "784-1984-1234567-1"),
        ("ar.cuit", "20-12345678-6", "20-12345678-5"),
        ("at.vnr", "1237 010180", "1238 010180"),
        ("au.abn", "51 824 753 556", "51 824 753 557"),
        ("au.acn", "004 085 616", "004 085 617"),
        ("au.medicare", "2123 45670 1", "2123 45671 1"),
        ("au.tfn", "123 456 782", "123 456 783"),
        ("be.iban", "BE68 5390 0754 7034", "BE68 5390 0754 7035"),
        ("be.nn", "85.07.30-033 28", "85.07.30-033 29"),
        ("bg.egn", "7523169263", "7523169264"),
        ("br.cnpj", "11.222.333/0001-81", "11.222.333/0001-82"),
        ("br.cpf", "111.444.777-35", "111.111.111-11"),
        ("ca.sin", "130 692 544", "130 692 545"),
        ("ch.ssn", "756.9217.0769.85", "756.9217.0769.86"),
        ("cl.rut", "12.345.678-5", "12.345.678-6"),
        ("cn.ric", "11010519491231002X", "110105194912310021"),
        ("cusip", "037833100", "037833101"),
        ("cz.bankaccount", "19-2000145399/0800", "19-2000145398/0800"),
        ("de.idnr", "86 095 742 719", "86 095 742 718"),
        ("de.kvnr", "A123456780", "A123456781"),
        ("de.vat", "DE136695976", "DE136695977"),
        ("ee.ik", "37605030299", "37605030298"),
        ("es.cif", "A58818501", "A58818502"),
        ("es.dni", "12345678Z", "12345678A"),
        ("es.iban", "ES91 2100 0418 4502 0005 1332", "ES91 2100 0418 4502 0005 1333"),
        ("es.nie", "X1234567L", "X1234567M"),
        ("fi.hetu", "131052-308T", "131052-308U"),
        ("fr.nir", "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
        ("gb.nhs", "943 476 5919", "943 476 5918"),
        ("gb.nino", "AB 12 34 56 C", "AB 12 34 56 E"),
        ("gb.sedol", "0263494", "0263495"),
        ("hk.hkid", "A1234563", "A1234564"),
        ("imo", "IMO 9074729", "IMO 9074728"),
        ("in_.aadhaar", "9999 4105 7058", "9999 4105 7059"),
        ("in_.gstin", "27AAPFU0939F1ZV", "27AAPFU0939F1ZW"),
        ("isin", "US0378331005", "US0378331006"),
        ("iso6346", "CSQU3054383", "CSQU3054384"),
        ("it.codicefiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("jp.cn", "7000012050002", "8000012050002"),
        ("jp.in_", "1234 5678 9018", "1234 5678 9017"),
        ("lei", "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13"),
        ("lt.asmens", "33309240064", "33309240065"),
        ("nl.bsn", "111222333", "111222334"),
        ("pl.nip", "123-456-32-18", "123-456-32-19"),
        ("pl.pesel", "44051401359", "44051401358"),
        ("pl.regon", "123456785", "123456786"),
        ("ru.inn", "7707083893", "7707083894"),
        ("ru.ogrn", "1027700132195", "1027700132196"),
        ("ru.snils", "112-233-445 95", "112-233-445 96"),
        ("se.personnummer", "811228-9874", "811228-9875"),
        ("sg.nric", "S1234567D", "S1234567E"),
        ("si.emso", "0101006500006", "0101006500007"),
        ("tr.tckimlik", "10000000146", "10000000147"),
        ("tw.nid", "A123456789", "A123456788"),
        ("us.dea", "AB1234563", "AB1234564"),
        ("us.mbi", "1EG4-TE5-MK73", "1SG4-TE5-MK73"),
        ("us.npi", "1234567893", "1234567894"),
        ("us.ssn", "536-90-4399", "666-90-4399"),
        ("uy.ci", "1.234.567-2", "1.234.567-3"),
        ("ve.rif", "J-07013380-5", "J-07013380-6"),
        ("za.idnr", "8001015009087", "8001015009088"),
        ("iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
        ("me.iban", "ME25 5050 0001 2345 6789 51", "ME25 5050 0001 2345 6789 52"),
        ("no.iban", "NO93 8601 1117 947", "NO93 8601 1117 948"),
        ("us.tin", "123-45-6789", "07-3456789"),
    ] {
        let cut = &valid[..valid.len() - 1];
        for (text, expected) in [(valid, true), (wrong, false), (cut, false), ("", false)] {
            if checksum(format, text) != Some(expected) {
                failing.push(format!("{format} `{text}` is not {expected}"));
            }
        }
    }
    assert!(failing.is_empty(), "{failing:#?}");
    assert_eq!(checksum("xx.unheard_of", "1"), None);
}

/// The country that a label of a government or health number names, as `pii.br_cpf` and `financial.tax_id.br` do.
fn country(label: &str) -> Option<&str> {
    let last = label.rsplit('.').next()?;
    let code = last.split_once('_').map_or(last, |(code, _)| code);
    (code.len() == 2 && code != "ip").then_some(code)
}

#[test]
fn numbers_of_many_countries_are_looked_for() {
    let labels = builtin().labels();
    let numbers: Vec<&str> = labels
        .iter()
        .filter(|label| matches!(label.family(), "pii" | "phi" | "financial"))
        .map(|label| label.as_str())
        .filter(|label| country(label).is_some())
        .collect();
    let countries: BTreeSet<&str> = numbers.iter().filter_map(|label| country(label)).collect();
    assert!(numbers.len() >= 150, "{} numbers", numbers.len());
    assert!(countries.len() >= 60, "{} countries: {countries:?}", countries.len());
}
