use crate::{
    rule::{Candidate, Rule, log_odds, probability},
    validate::Check,
};

/// Endings of files in which a value without quotes is an expression.
const CODE: &str = "c cc cpp cs cxx dart ex exs fs go groovy h hpp hs java jl js jsx kt kts lua m mjs mm php pl pm py r rb rs scala \
    swift ts tsx vue zig";
/// Endings, and names, of files in which it is a value.
const SETTINGS: &str =
    "cfg cnf conf config credentials env envrc ini netrc npmrc pgpass properties pypirc tfvars toml yaml yml";
/// What code and settings say for a value without quotes, in logarithms of the odds.
const IN_CODE: f32 = -1.0;
const IN_SETTINGS: f32 = 1.0;
/// Least probability at which a value counts, as in `validate/credential.rs`.
const LEAST: f32 = 0.5;

/// What the name of a file says of its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hint {
    #[default]
    Nothing,
    /// Source code: literals stand in quotes.
    Code,
    /// Settings: what stands behind a name is its value.
    Settings,
}

impl Hint {
    /// Reads a path, a name or only an ending.
    pub(crate) fn of(path: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
        let ending = name.rsplit('.').next().unwrap_or(&name);
        let listed = |list: &str| list.split_ascii_whitespace().any(|known| known == ending);
        match () {
            () if name.starts_with(".env") || listed(SETTINGS) => Self::Settings,
            () if listed(CODE) => Self::Code,
            () => Self::Nothing,
        }
    }

    /// Weighs values given to names that stand without quotes, from `known` on; candidates are told in `view`.
    pub(crate) fn weigh(self, rules: &[Rule], view: &[u8], found: &mut Vec<Candidate>, known: usize) {
        let adds = match self {
            Self::Nothing => return,
            Self::Code => IN_CODE,
            Self::Settings => IN_SETTINGS,
        };
        let mut place = 0;
        found.retain_mut(|candidate| {
            place += 1;
            if place > known && is_bare(rules, view, candidate) {
                candidate.confidence = probability(log_odds(candidate.confidence) + adds);
                return candidate.confidence >= LEAST;
            }
            true
        });
    }
}

fn is_bare(rules: &[Rule], view: &[u8], candidate: &Candidate) -> bool {
    let assigned = rules.get(candidate.rule).is_some_and(|rule| rule.check == Some(Check::Assigned));
    let before = candidate.start.checked_sub(1).and_then(|before| view.get(before));
    assigned && !matches!(before, Some(b'"' | b'\'' | b'`'))
}

#[cfg(test)]
mod tests {
    use super::Hint;
    use crate::Detectors;

    #[test]
    fn what_names_of_files_say() {
        for (path, hint) in [
            ("src/main.go", Hint::Code),
            ("go", Hint::Code),
            ("C:\\app\\.env.production", Hint::Settings),
            ("deploy/values.yaml", Hint::Settings),
            (".aws/credentials", Hint::Settings),
            ("notes.txt", Hint::Nothing),
            ("", Hint::Nothing),
        ] {
            assert_eq!(Hint::of(path), hint, "{path}");
        }
    }

    #[test]
    fn a_value_without_quotes_is_surer_in_settings_than_in_code() {
        let detectors = Detectors::builtin().unwrap();
        let sure = |path: &str, text: &str| {
            let hits = detectors.scan_named(text.as_bytes(), Some(path)).into_iter();
            hits.map(|hit| hit.confidence).fold(0.0, f32::max)
        };
        let bare = "db_password = wexip843\n";
        assert!(sure("app.ini", bare) > sure("notes.txt", bare));
        assert!(sure("notes.txt", bare) > sure("app.py", bare));
        let quoted = "db_password = \"wexip843\"\n";
        assert!((sure("app.ini", quoted) - sure("app.py", quoted)).abs() < 0.001);
    }
}
