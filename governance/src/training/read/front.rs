use model::{Label, PersonKind};
use policy::{
    Log,
    document::{
        duration,
        fields::Fields,
        outline::Block,
        remedy,
        yaml::{self, Scalar},
    },
};

use super::TOP;
use crate::training::{Audience, Module, Occasion, Tie};

const KEYS: [&str; 12] = [
    "module",
    "title",
    "version",
    "clauses",
    "data",
    "kinds",
    "departments",
    "groups",
    "assigned",
    "minutes",
    "valid_for",
    "pass",
];

/// The module without its text.
pub(super) fn front(block: Option<&Block>, log: &mut Log) -> Option<Module> {
    let Some(block) = block else {
        let remedy = "begin the module with `---`, the keys `module`, `title`, `clauses`, `minutes`, `valid_for`, `pass` \
                      and `version`, and `---`";
        log.add(TOP, "the front matter is missing", remedy);
        return None;
    };
    let node = yaml::read(&block.text, block.first_line, log)?;
    let fields = Fields::read(&node, "the front matter", &KEYS, log)?;
    let id = fields.require_text("module", "personal-data", log).and_then(|text| id(text, log));
    let title = fields.require_text("title", "Personal data", log).map(|text| text.text.clone());
    let version = fields.require_text("version", "1", log).and_then(|text| number(text, 1, 10_000, log));
    let clauses: Vec<Tie> =
        fields.texts("clauses", log).into_iter().filter_map(|text| tie(text, log)).collect();
    let data: Vec<Label> =
        fields.texts("data", log).into_iter().filter_map(|text| label(text, log)).collect();
    if fields.get("clauses").is_none() && fields.get("data").is_none() {
        let remedy = "add a line such as `clauses: [TOOL-*, CODE-1]` or `data: [pii]`";
        log.add(fields.place(), "the module is tied to no clause", remedy);
    }
    let minutes = fields.require_text("minutes", "15", log).and_then(|text| number(text, 1, 240, log));
    let valid_for = fields.require_text("valid_for", "365d", log).and_then(|text| duration(text, log));
    let pass = fields.require_text("pass", "80%", log).and_then(|text| percent(text, log));
    let assigned = fields.texts("assigned", log).into_iter().filter_map(|text| occasion(text, log)).collect();
    let audience = audience(&fields, log);
    Some(Module {
        id: id?,
        title: title?,
        version: version?,
        clauses,
        data,
        audience,
        assigned: if fields.get("assigned").is_some() { assigned } else { Occasion::ALL.into() },
        minutes: minutes?,
        valid_for: valid_for?,
        pass_percent: pass?,
        summary: String::new(),
        parts: Vec::new(),
        questions: Vec::new(),
    })
}

fn audience(fields: &Fields<'_>, log: &mut Log) -> Audience {
    let texts =
        |key: &str, log: &mut Log| fields.texts(key, log).into_iter().map(|text| text.text.clone()).collect();
    let kinds = fields.texts("kinds", log).into_iter().filter_map(|text| {
        let found = PersonKind::ALL.into_iter().find(|kind| kind.as_str() == text.text);
        if found.is_none() {
            let words = PersonKind::ALL.map(PersonKind::as_str);
            log.add(
                text.place,
                format!("`{}` is no kind of person", text.text),
                remedy(&text.text, words, ""),
            );
        }
        found
    });
    let kinds = kinds.collect();
    Audience { kinds, departments: texts("departments", log), groups: texts("groups", log) }
}

fn id(text: &Scalar, log: &mut Log) -> Option<String> {
    let sound = text.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !sound {
        let message = format!("`{}` is not a module's name", text.text);
        log.add(text.place, message, "use lower-case letters, digits and dashes, as in `personal-data`");
    }
    sound.then(|| text.text.clone())
}

fn tie(text: &Scalar, log: &mut Log) -> Option<Tie> {
    let family = text.text.strip_suffix("-*").filter(|family| {
        !family.is_empty() && family.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
    });
    let found = family
        .map(|family| Tie::Family(family.to_owned()))
        .or_else(|| text.text.parse().ok().map(Tie::Clause));
    if found.is_none() {
        let message = format!("`{}` is not a clause id", text.text);
        log.add(
            text.place,
            message,
            "write letters, a dash and a number, as in `DATA-1`, or a family: `TOOL-*`",
        );
    }
    found
}

fn label(text: &Scalar, log: &mut Log) -> Option<Label> {
    let found = text.text.parse();
    if found.is_err() {
        let remedy = "use a label such as `pii` or `source_code.rust`";
        log.add(text.place, format!("`{}` is not a label", text.text), remedy);
    }
    found.ok()
}

fn occasion(text: &Scalar, log: &mut Log) -> Option<Occasion> {
    let found = Occasion::ALL.into_iter().find(|occasion| occasion.as_str() == text.text);
    if found.is_none() {
        let message = format!("`{}` is no occasion to assign a module", text.text);
        log.add(text.place, message, remedy(&text.text, Occasion::ALL.map(Occasion::as_str), ""));
    }
    found
}

fn number(text: &Scalar, least: u32, most: u32, log: &mut Log) -> Option<u32> {
    let found = text.text.parse().ok().filter(|number| (least..=most).contains(number));
    if found.is_none() {
        let message = format!("`{}` does not fit here", text.text);
        log.add(text.place, message, format!("write a whole number from {least} to {most}"));
    }
    found
}

fn percent(text: &Scalar, log: &mut Log) -> Option<u32> {
    let number = text.text.strip_suffix('%').map(str::trim_end).and_then(|number| number.parse().ok());
    let found = number.filter(|percent| (50..=100).contains(percent));
    if found.is_none() {
        log.add(text.place, format!("`{}` is no pass mark", text.text), "write a share from `50%` to `100%`");
    }
    found
}
