use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use model::Label;

use crate::{
    anchors::Anchors,
    code::Languages,
    detector::Detector,
    example, file,
    hit::Hit,
    load::Loader,
    mistake::{LoadError, Mistake},
    names::NameReader,
    rule::Rule,
    scanner::{self, Scanner},
};

/// The files the product ships with.
pub(crate) const BUILTIN: &[(&str, &str)] = &[
    ("contact.toml", include_str!("../detectors/contact.toml")),
    ("identity.toml", include_str!("../detectors/identity.toml")),
    ("names.toml", include_str!("../detectors/names.toml")),
    ("financial.toml", include_str!("../detectors/financial.toml")),
    ("health.toml", include_str!("../detectors/health.toml")),
    ("secret_ai.toml", include_str!("../detectors/secret_ai.toml")),
    ("secret_cloud.toml", include_str!("../detectors/secret_cloud.toml")),
    ("secret_code.toml", include_str!("../detectors/secret_code.toml")),
    ("secret_service.toml", include_str!("../detectors/secret_service.toml")),
    ("secret_commerce.toml", include_str!("../detectors/secret_commerce.toml")),
    ("secret_formats.toml", include_str!("../detectors/secret_formats.toml")),
    ("secret_named.toml", include_str!("../detectors/secret_named.toml")),
    ("secret_key.toml", include_str!("../detectors/secret_key.toml")),
    ("secret_password.toml", include_str!("../detectors/secret_password.toml")),
    ("marking.toml", include_str!("../detectors/marking.toml")),
    ("strategy.toml", include_str!("../detectors/strategy.toml")),
    ("attack.toml", include_str!("../detectors/attack.toml")),
    ("file.toml", include_str!("../detectors/file.toml")),
    ("code_headers.toml", include_str!("../detectors/code_headers.toml")),
];
const LANGUAGES: &str = include_str!("../detectors/languages.toml");

/// Everything that is looked for, compiled once; clones share it.
#[derive(Clone)]
pub struct Detectors(Arc<Set>);

/// What a walk over a text needs.
pub(crate) struct Set {
    pub(crate) rules: Vec<Rule>,
    pub(crate) anchors: Anchors,
    pub(crate) names: NameReader,
    pub(crate) languages: Languages,
}

impl Detectors {
    /// The detectors the product ships with; compiled at the first call.
    pub fn builtin() -> Result<Self, LoadError> {
        static BUILT: OnceLock<Result<Detectors, LoadError>> = OnceLock::new();
        BUILT.get_or_init(|| Self::load(None)).clone()
    }

    /// Those and the ones of an organisation's own file, whose examples are run.
    ///
    /// `name` is the file's name for messages. On any mistake, failing examples included, nothing is loaded and all
    /// mistakes are told.
    pub fn with_custom(source: &str, name: &str) -> Result<Self, LoadError> {
        let detectors = Self::load(Some((name, source)))?;
        let own = detectors.0.rules.iter().skip(Self::builtin()?.0.rules.len());
        let failing = own.flat_map(|rule| example::failures(&detectors, &rule.about)).collect();
        refuse(name, failing)?;
        Ok(detectors)
    }

    /// Every label a finding can carry, sorted.
    pub fn labels(&self) -> Vec<Label> {
        let reported =
            self.0.rules.iter().filter(|rule| rule.reports(true)).map(|rule| rule.about.label.clone());
        let others = self.0.languages.labels().cloned().chain(file::labels());
        reported.chain(others).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Every detector, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Detector> {
        self.0.rules.iter().map(|rule| &*rule.about).chain(self.0.languages.iter())
    }

    /// What is found in `text`, by start. Spans do not overlap, but blocks of source code may hold other hits.
    pub fn scan(&self, text: &[u8]) -> Vec<Hit> {
        scanner::scan(&self.0, text, false)
    }

    /// The same with mentions: places, organisations and lone given names that tell of nobody in particular.
    pub fn scan_all(&self, text: &[u8]) -> Vec<Hit> {
        scanner::scan(&self.0, text, true)
    }

    /// A scanner for a text that comes in pieces.
    pub fn scanner(&self) -> Scanner {
        Scanner::new(self.clone())
    }

    pub(crate) fn set(&self) -> &Set {
        &self.0
    }

    /// Spans that the rule of that id accepts, whatever becomes of them.
    pub(crate) fn candidates(&self, id: &str, text: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        self.0.anchors.examine(&self.0.rules, text, 0, text.len(), &mut found);
        self.0.names.examine(text, 0, text.len(), &mut found);
        let is_own = |rule: usize| self.0.rules.get(rule).is_some_and(|rule| *rule.about.id == *id);
        found.iter().filter(|c| is_own(c.rule)).map(|c| (c.start, c.end)).collect()
    }

    fn load(custom: Option<(&str, &str)>) -> Result<Self, LoadError> {
        let mut loader = Loader::default();
        for (name, source) in BUILTIN.iter().copied().chain(custom) {
            loader.add(source).map_err(|mistakes| LoadError { file: name.to_owned(), mistakes })?;
        }
        let languages = Languages::read(LANGUAGES)
            .map_err(|mistakes| LoadError { file: "languages.toml".to_owned(), mistakes })?;
        Ok(Self(Arc::new(Set {
            anchors: loader.anchors.build(),
            names: NameReader::new(&loader.rules),
            rules: loader.rules,
            languages,
        })))
    }
}

fn refuse(file: &str, mistakes: Vec<Mistake>) -> Result<(), LoadError> {
    if mistakes.is_empty() { Ok(()) } else { Err(LoadError { file: file.to_owned(), mistakes }) }
}
