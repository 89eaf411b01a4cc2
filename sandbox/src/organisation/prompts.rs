use rand::{Rng, rngs::StdRng};
use serde::Deserialize;

use super::{DataError, Member, channel::Channels, values};

/// What people ask, and how often.
pub(super) struct Prompts(Vec<Prompt>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prompt {
    /// Who may send it; anyone if empty.
    #[serde(default)]
    departments: Vec<String>,
    /// The channels it may take.
    via: Vec<String>,
    /// How often, compared with the others.
    #[serde(default = "usual_share")]
    share: u32,
    /// Sent as a file of this name.
    file: Option<String>,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrompts {
    prompt: Vec<Prompt>,
}

fn usual_share() -> u32 {
    4
}

/// Something a person is about to send.
#[derive(Clone)]
pub(super) struct Errand {
    pub(super) channel: String,
    pub(super) text: String,
    pub(super) file: Option<String>,
}

pub(super) fn load(channels: &Channels) -> Result<Prompts, DataError> {
    let raw: RawPrompts = super::parse("prompts.toml", include_str!("../../data/prompts.toml"))?;
    let unknown = raw.prompt.iter().flat_map(|prompt| &prompt.via).find(|via| !channels.contains_key(*via));
    match unknown {
        Some(via) => Err(DataError::UnknownChannel(via.clone())),
        None => Ok(Prompts(raw.prompt)),
    }
}

impl Prompts {
    /// What `member` sends next.
    pub(super) fn next(&self, member: &Member, random: &mut StdRng) -> Option<Errand> {
        let fitting: Vec<_> = self.0.iter().filter(|prompt| prompt.fits(member)).collect();
        let total = fitting.iter().map(|prompt| prompt.share).sum::<u32>();
        let mut draw = random.random_range(0..total.max(1));
        let prompt = fitting.into_iter().find(|prompt| {
            let hit = draw < prompt.share;
            draw = draw.saturating_sub(prompt.share);
            hit
        })?;
        let channel = prompt.via.get(random.random_range(0..prompt.via.len().max(1)))?.clone();
        let text = values::fill(prompt.text.trim(), random);
        Some(Errand { channel, text, file: prompt.file.clone() })
    }
}

impl Prompt {
    fn fits(&self, member: &Member) -> bool {
        self.departments.is_empty() || self.departments.contains(&member.department)
    }
}
