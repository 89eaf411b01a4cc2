//! Applications as firewalls and proxies call them.

use std::collections::HashMap;

use crate::tool::Tool;

/// Words after an application's name that say which part of it was used, as in `claude-base` and `openai-chatgpt-upload`.
const PARTS: [&str; 8] = ["base", "post", "posting", "upload", "uploading", "download", "downloading", "web"];

/// Tools by their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applications {
    /// Place of the tool; `None` where two have the name.
    names: HashMap<String, Option<usize>>,
}

impl Applications {
    pub(crate) fn of(tools: &[Tool]) -> Self {
        let mut names = HashMap::new();
        for (at, tool) in tools.iter().enumerate() {
            let (id, name) = (words(tool.id.as_str()).concat(), words(&tool.name).concat());
            for name in [Some(&id), Some(&name).filter(|name| **name != id)].into_iter().flatten() {
                names.entry(name.clone()).and_modify(|known| *known = None).or_insert(Some(at));
            }
        }
        Self { names }
    }

    /// The place of the tool that `application` names: by its name or id, with or without the vendor before it and a
    /// part of it after. Case and what stands between words do not matter.
    pub(crate) fn find(&self, tools: &[Tool], application: &str) -> Option<usize> {
        let words = words(application);
        let whole = match words.split_last() {
            Some((last, before)) if !before.is_empty() && PARTS.contains(&last.as_str()) => before,
            _ => words.as_slice(),
        };
        let named = |words: &[String]| self.names.get(&words.concat()).copied().flatten();
        let (vendor, rest) = whole.split_first()?;
        named(&words).or_else(|| named(whole)).or_else(|| {
            let of_vendor = |at: &usize| {
                let makes = tools.get(*at).and_then(|tool| self::words(&tool.vendor).into_iter().next());
                makes.as_ref() == Some(vendor)
            };
            named(rest).filter(of_vendor)
        })
    }
}

/// The words of a name in lower case.
fn words(name: &str) -> Vec<String> {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
