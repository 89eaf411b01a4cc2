//! A simulated organisation: forty made-up people in six departments whose clients send real requests through a proxy.

mod channel; // how a prompt becomes a request
mod client; // HTTP over CONNECT and TLS, as a person's computer does it
mod past; // what they did before
mod people; // who works there
mod prompts; // what they ask
mod run; // the day's work
mod sensors; // what its sensors write
mod values; // made-up names, numbers and keys

pub use client::{Client, ClientError};
pub use past::Visit;
pub use people::{Department, Member};
pub use run::{Rate, Tally};
pub use sensors::{SensorLogs, UNLISTED};

use channel::Channels;
use prompts::Prompts;

/// The catalogue file in which the organisation registers its own models.
pub const LOCAL_TOOLS: &str = include_str!("../data/tools.toml");

/// The organisation and what its people ask.
pub struct Organisation {
    seed: u64,
    members: Vec<Member>,
    channels: Channels,
    prompts: Prompts,
}

/// The organisation's data cannot be read: a defect of this program.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file is not what it should be.
    #[error("cannot read the sandbox's `{file}`")]
    Parse {
        /// The file.
        file: &'static str,
        /// Where and why.
        #[source]
        cause: toml::de::Error,
    },
    /// A prompt names a channel that is not there.
    #[error("`prompts.toml` names the unknown channel `{0}`")]
    UnknownChannel(String),
    /// A password cannot be hashed.
    #[error("cannot hash a password")]
    Hash(argon2::password_hash::Error),
}

impl Organisation {
    /// The organisation; equal seeds give equal days.
    pub fn new(seed: u64) -> Result<Self, DataError> {
        let channels = channel::load()?;
        let prompts = prompts::load(&channels)?;
        Ok(Self { seed, members: people::load()?, channels, prompts })
    }

    /// Its people.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Its people as the directory's CSV file has them, with hashes of their proxy passwords.
    pub fn people_csv(&self) -> Result<String, DataError> {
        people::csv(&self.members)
    }
}

fn parse<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<T, DataError> {
    toml::from_str(text).map_err(|cause| DataError::Parse { file, cause })
}
