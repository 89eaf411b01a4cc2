use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use model::Label;

use crate::{
    anchors::{Anchors, Bitmaps, Window},
    code::Languages,
    detector::Detector,
    example,
    explain::{self, Explained},
    file,
    health::HealthReader,
    hint::Hint,
    hit::Hit,
    layer::{Layer, Layers},
    load::Loader,
    mistake::{LoadError, Mistake},
    names::NameReader,
    registered::Snapshot,
    rule::Rule,
    scanner::{self, Scanner},
};

/// The files the product ships with.
pub(crate) const BUILTIN: &[(&str, &str)] = &[
    ("contact.toml", include_str!("../detectors/contact.toml")),
    ("phone.toml", include_str!("../detectors/phone.toml")),
    ("place.toml", include_str!("../detectors/place.toml")),
    ("vehicle.toml", include_str!("../detectors/vehicle.toml")),
    ("identity.toml", include_str!("../detectors/identity.toml")),
    ("names.toml", include_str!("../detectors/names.toml")),
    ("financial.toml", include_str!("../detectors/financial.toml")),
    ("government_west_europe.toml", include_str!("../detectors/government_west_europe.toml")),
    ("government_central_europe.toml", include_str!("../detectors/government_central_europe.toml")),
    ("government_north_europe.toml", include_str!("../detectors/government_north_europe.toml")),
    ("government_south_europe.toml", include_str!("../detectors/government_south_europe.toml")),
    ("government_east_europe.toml", include_str!("../detectors/government_east_europe.toml")),
    ("government_eurasia.toml", include_str!("../detectors/government_eurasia.toml")),
    ("government_north_america.toml", include_str!("../detectors/government_north_america.toml")),
    ("government_south_america.toml", include_str!("../detectors/government_south_america.toml")),
    ("government_east_asia.toml", include_str!("../detectors/government_east_asia.toml")),
    ("government_south_east_asia.toml", include_str!("../detectors/government_south_east_asia.toml")),
    ("government_south_west_asia.toml", include_str!("../detectors/government_south_west_asia.toml")),
    ("government_africa_oceania.toml", include_str!("../detectors/government_africa_oceania.toml")),
    ("government_document.toml", include_str!("../detectors/government_document.toml")),
    ("government_international.toml", include_str!("../detectors/government_international.toml")),
    ("health_ids.toml", include_str!("../detectors/health_ids.toml")),
    ("health.toml", include_str!("../detectors/health.toml")),
    ("secret_ai.toml", include_str!("../detectors/secret_ai.toml")),
    ("secret_cloud.toml", include_str!("../detectors/secret_cloud.toml")),
    ("secret_code.toml", include_str!("../detectors/secret_code.toml")),
    ("secret_service.toml", include_str!("../detectors/secret_service.toml")),
    ("secret_commerce.toml", include_str!("../detectors/secret_commerce.toml")),
    ("secret_formats.toml", include_str!("../detectors/secret_formats.toml")),
    ("secret_named.toml", include_str!("../detectors/secret_named.toml")),
    ("secret_key.toml", include_str!("../detectors/secret_key.toml")),
    ("secret_account.toml", include_str!("../detectors/secret_account.toml")),
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
pub struct Detectors {
    set: Arc<Set>,
    /// What an organisation has registered.
    registered: Option<Snapshot>,
    layers: Layers,
}

/// What a walk over a text needs.
pub(crate) struct Set {
    pub(crate) rules: Vec<Rule>,
    pub(crate) anchors: Anchors,
    pub(crate) names: NameReader,
    pub(crate) health: HealthReader,
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
        let own = detectors.set.rules.iter().skip(Self::builtin()?.set.rules.len());
        let failing = own.flat_map(|rule| example::failures(&detectors, &rule.about)).collect();
        refuse(name, failing)?;
        Ok(detectors)
    }

    /// Every label a finding can carry, sorted.
    pub fn labels(&self) -> Vec<Label> {
        let reported =
            self.set.rules.iter().filter(|rule| rule.reports(true)).map(|rule| rule.about.label.clone());
        let registered = self.registered.iter().flat_map(Snapshot::labels).cloned();
        let others = self.set.languages.labels().cloned().chain(file::labels()).chain(registered);
        reported.chain(others).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Every detector, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Detector> {
        self.set.rules.iter().map(|rule| &*rule.about).chain(self.set.languages.iter())
    }

    /// The same detectors, which also find what an organisation has registered; it replaces what was attached before.
    #[must_use]
    pub fn with_registered(self, registered: Snapshot) -> Self {
        Self { registered: Some(registered), ..self }
    }

    /// What is found in `text`, by start. Spans do not overlap, but blocks of source code, tables of people and
    /// registered data may hold other hits.
    pub fn scan(&self, text: &[u8]) -> Vec<Hit> {
        self.scan_with(text, Hint::Nothing, false)
    }

    /// The same where a file's path, name or ending may say what kind of text it is.
    pub fn scan_named(&self, text: &[u8], path: Option<&str>) -> Vec<Hit> {
        self.scan_with(text, path.map(Hint::of).unwrap_or_default(), false)
    }

    /// The same with mentions: places, organisations and lone given names that tell of nobody in particular.
    pub fn scan_all(&self, text: &[u8]) -> Vec<Hit> {
        self.scan_all_named(text, None)
    }

    /// [`Self::scan_all`], with a path as [`Self::scan_named`] takes it.
    pub fn scan_all_named(&self, text: &[u8], path: Option<&str>) -> Vec<Hit> {
        self.scan_with(text, path.map(Hint::of).unwrap_or_default(), true)
    }

    fn scan_with(&self, text: &[u8], hint: Hint, mentions: bool) -> Vec<Hit> {
        let mut hits = scanner::scan(self, text, hint, mentions);
        if let Some(registered) = &self.registered {
            hits.extend(registered.scan(text).into_iter().map(Hit::from));
            hits.sort_by(|one, other| (one.start, other.end).cmp(&(other.start, one.end)));
        }
        hits
    }

    /// Why each hit of a pattern in `text` won, and over what.
    pub fn explain(&self, text: &[u8]) -> Vec<Explained> {
        explain::explain(self, text)
    }

    /// A scanner for a text that comes in pieces.
    pub fn scanner(&self) -> Scanner {
        Scanner::new(self.clone())
    }

    /// The same detectors, of which only some layers look at a text: to measure what each of them costs.
    #[must_use]
    pub fn only(&self, layers: &[Layer]) -> Self {
        Self { layers: Layers::of(layers), ..self.clone() }
    }

    pub(crate) fn registered(&self) -> Option<&Snapshot> {
        self.registered.as_ref()
    }

    pub(crate) fn set(&self) -> &Set {
        &self.set
    }

    pub(crate) fn layers(&self) -> Layers {
        self.layers
    }

    /// Spans that the rule of that id accepts, whatever becomes of them.
    pub(crate) fn candidates(&self, id: &str, text: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let window = Window { text, from: 0, to: text.len() };
        self.set.anchors.examine_all(&self.set.rules, window, &mut Bitmaps::default(), &mut found);
        self.set.names.examine(text, 0, text.len(), &mut found);
        let is_own = |rule: usize| self.set.rules.get(rule).is_some_and(|rule| *rule.about.id == *id);
        found.iter().filter(|c| is_own(c.rule)).map(|c| (c.start, c.end)).collect()
    }

    fn load(custom: Option<(&str, &str)>) -> Result<Self, LoadError> {
        let mut loader = Loader::default();
        for (name, source) in BUILTIN.iter().copied().chain(custom) {
            loader.eager = custom.is_some_and(|(own, _)| own == name);
            loader.add(source).map_err(|mistakes| LoadError { file: name.to_owned(), mistakes })?;
        }
        let languages = Languages::read(LANGUAGES)
            .map_err(|mistakes| LoadError { file: "languages.toml".to_owned(), mistakes })?;
        let set = Set {
            anchors: loader.anchors.build(&loader.rules),
            names: NameReader::new(&loader.rules),
            health: HealthReader::new(&loader.rules),
            rules: loader.rules,
            languages,
        };
        Ok(Self { set: Arc::new(set), registered: None, layers: Layers::ALL })
    }
}

fn refuse(file: &str, mistakes: Vec<Mistake>) -> Result<(), LoadError> {
    if mistakes.is_empty() { Ok(()) } else { Err(LoadError { file: file.to_owned(), mistakes }) }
}
