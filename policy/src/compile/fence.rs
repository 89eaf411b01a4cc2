use model::{Action, Label, Severity};

use crate::{
    clause::CedarRule,
    document::outline::Block,
    mistake::{Log, Place, count},
    nearest::remedy,
    rule::settle_if_uninspected,
    vocabulary::{Vocabulary, word},
    workflow::exemption_in_fence,
};

const KEYS: [&str; 5] = ["then", "severity", "if-uninspected", "data", "exceptions"];

/// Reads a `cedar` block: what follows `cedar` on the fence's line, as in ```` ```cedar then=block severity=high ````,
/// and the policy below.
pub(crate) fn read(block: &Block, words: &Vocabulary, log: &mut Log) -> Option<CedarRule> {
    let before = log.mistakes.len();
    let (mut then, mut severity, mut if_uninspected, mut labels) =
        (None::<Action>, None::<Severity>, None::<Action>, Vec::<Label>::new());
    let mut exceptions = None;
    for (start, setting) in settings(&block.info) {
        let place = Place::over(block.place.line, info_column(block) + start, setting);
        let Some((key, value)) = setting.split_once('=') else {
            log.add(place, format!("`{setting}` is not a setting"), "write, for example, `then=block`");
            continue;
        };
        let value_place = Place::over(place.line, place.column + count(key) + 1, value);
        match key {
            "then" => then = word(value, value_place, log),
            "severity" => severity = word(value, value_place, log),
            "if-uninspected" => if_uninspected = word(value, value_place, log),
            "data" => {
                labels.extend(value.split(',').filter_map(|label| words.label(label, value_place, log)))
            }
            "exceptions" => exceptions = Some(exemption_in_fence(value, value_place, words, log)),
            _ => log.add(
                Place::over(place.line, place.column, key),
                format!("a cedar block has no setting `{key}`"),
                remedy(key, KEYS, "remove it"),
            ),
        }
    }
    let stated = settings(&block.info).any(|(_, setting)| setting.starts_with("then="));
    if !stated {
        log.add(
            block.place,
            "the cedar block does not say what is done",
            "begin it with ```` ```cedar then=block ````",
        );
    }
    if then == Some(Action::Redact) && labels.is_empty() {
        log.add(block.place, "redaction needs to know which data", "add, for example, `data=pii`");
    }
    if log.mistakes.len() > before {
        return None;
    }
    let then = then?;
    Some(CedarRule {
        source: block.text.clone(),
        then,
        severity: severity.unwrap_or_default(),
        labels,
        if_uninspected: settle_if_uninspected(then, if_uninspected),
        exceptions,
    })
}

/// The column at which the settings begin: after the word `cedar` and a blank.
fn info_column(block: &Block) -> u32 {
    block.place.column + block.place.length + 1
}

/// The settings and the number of characters before each.
fn settings(info: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut column = 0;
    info.split(' ').filter_map(move |setting| {
        let start = column;
        column += count(setting) + 1;
        (!setting.is_empty()).then_some((start, setting))
    })
}
