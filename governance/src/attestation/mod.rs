//! Attestation: who has read and accepted which version of the policy, and the campaigns that ask for it.

mod accepted; // someone has accepted a version
mod campaign; // some people are asked to, by a day
mod key; // a security key of someone
mod reading; // someone has read a version
mod signature; // over a version's hash, by a key

pub use accepted::{Attestation, SignIn};
pub use campaign::{Campaign, CampaignCommand, CampaignRefused, CampaignState, Reminder};
pub use key::{Algorithm, PublicKey, SigningKey};
pub use reading::Reading;
pub use signature::{Challenge, Presence, Signature, SignatureRefused, Statement};
