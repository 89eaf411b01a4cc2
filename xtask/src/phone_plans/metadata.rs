use std::collections::BTreeMap;

use anyhow::{Context, Result};
use regex_automata::meta::Regex;
use serde_json::Value;

/// Places in a region's list, as libphonenumber-js packs it (`source/metadata.js`).
const CODE: usize = 0;
const PATTERN: usize = 2;
const FORMATS: usize = 4;
const PREFIX_RULE: usize = 6;
const TYPES: usize = 11;

/// The numbers of one region, or of one calling code that belongs to none.
pub(super) struct Region {
    pub(super) code: Vec<u8>,
    /// Of every type of number.
    pub(super) patterns: Vec<String>,
    formats: Vec<Format>,
}

/// One way of writing numbers.
struct Format {
    groups: Regex,
    first: Option<Regex>,
    template: String,
    /// What stands for the first group where the number is dialled within the country.
    rule: Option<String>,
    optional: bool,
}

/// Every region of the metadata.
pub(super) fn read(text: &str) -> Result<Vec<Region>> {
    let metadata: Value = serde_json::from_str(text).context("the metadata is no JSON")?;
    let countries = table(&metadata, "countries")?;
    let main: BTreeMap<String, String> = table(&metadata, "country_calling_codes")?
        .into_iter()
        .filter_map(|(code, regions)| Some((code, regions.get(0)?.as_str()?.to_owned())))
        .collect();
    let mut regions = Vec::new();
    for list in countries.values().chain(table(&metadata, "nonGeographic")?.values()) {
        let code = list.get(CODE).and_then(Value::as_str).context("a region has no calling code")?;
        let own = list.get(FORMATS).and_then(Value::as_array);
        let shared = main.get(code).and_then(|main| countries.get(main)).unwrap_or(list);
        let formats = own.filter(|own| !own.is_empty()).map_or(shared, |_| list);
        regions.push(Region {
            code: code.bytes().map(|digit| digit - b'0').collect(),
            patterns: patterns(list),
            formats: self::formats(formats)?,
        });
    }
    Ok(regions)
}

fn table(metadata: &Value, key: &str) -> Result<BTreeMap<String, Value>> {
    let table = metadata.get(key).and_then(Value::as_object).with_context(|| format!("no `{key}`"))?;
    Ok(table.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn patterns(list: &Value) -> Vec<String> {
    let types = list.get(TYPES).and_then(Value::as_array).into_iter().flatten();
    let typed = types.filter_map(|kind| kind.get(0)?.as_str()).filter(|pattern| !pattern.is_empty());
    let typed: Vec<String> = typed.map(str::to_owned).collect();
    let whole = || list.get(PATTERN).and_then(Value::as_str).map(str::to_owned).into_iter().collect();
    if typed.is_empty() { whole() } else { typed }
}

fn formats(list: &Value) -> Result<Vec<Format>> {
    let usual = list.get(PREFIX_RULE).and_then(Value::as_str);
    let formats = list.get(FORMATS).and_then(Value::as_array).into_iter().flatten();
    formats.map(|format| self::format(format, usual)).collect()
}

fn format(packed: &Value, usual: Option<&str>) -> Result<Format> {
    let text = |at: usize| packed.get(at).and_then(Value::as_str);
    // Of several patterns of first digits the last is the most exact.
    let first = packed.get(2).and_then(Value::as_array).and_then(|all| all.last()).and_then(Value::as_str);
    Ok(Format {
        groups: Regex::new(&format!("^(?:{})$", text(0).context("a format has no groups")?))?,
        first: match first {
            Some(first) => Some(Regex::new(&format!("^(?:{first})"))?),
            None => None,
        },
        template: text(1).context("a format has no template")?.to_owned(),
        rule: text(3).or(usual).filter(|rule| *rule != "$1").map(str::to_owned),
        optional: packed.get(4).and_then(Value::as_u64) == Some(1),
    })
}

impl Region {
    /// A number as people write it within the country; in two ways where the trunk prefix may be left out.
    pub(super) fn written(&self, number: &[u8]) -> Vec<String> {
        let number: String = number.iter().map(|digit| char::from(b'0' + digit)).collect();
        let fits = |format: &&Format| {
            format.first.as_ref().is_none_or(|first| first.is_match(&number))
                && format.groups.is_match(&number)
        };
        let Some(format) = self.formats.iter().find(fits) else { return vec![number] };
        let with_rule = format.rule.as_ref().map(|rule| with_rule(&format.template, rule));
        let plain = (format.optional || with_rule.is_none()).then(|| format.template.clone());
        with_rule.into_iter().chain(plain).map(|template| fill(&format.groups, &template, &number)).collect()
    }
}

/// The rule takes the place of the template's first group.
fn with_rule(template: &str, rule: &str) -> String {
    let at = template.find('$').unwrap_or(template.len());
    let (before, group) = template.split_at(at);
    let (group, after) = group.split_at(group.len().min(2));
    [before, &rule.replace("$1", group), after].concat()
}

fn fill(groups: &Regex, template: &str, number: &str) -> String {
    let mut found = groups.create_captures();
    groups.captures(number, &mut found);
    let group =
        |at: usize| found.get_group(at).and_then(|span| number.get(span.start..span.end)).unwrap_or_default();
    (1..=9).fold(template.to_owned(), |text, at| text.replace(&format!("${at}"), group(at)))
}

#[cfg(test)]
mod tests {
    use super::with_rule;

    #[test]
    fn the_rule_takes_the_place_of_the_first_group() {
        assert_eq!(with_rule("$1 $2-$3", "(0$1)"), "(0$1) $2-$3");
        assert_eq!(with_rule("$2 15-$3", "0$1"), "0$2 15-$3");
    }
}
