//! Attestation: who has read and accepted which version of the policy, and the campaigns that ask for it.

mod accepted; // someone has accepted a version
mod campaign; // some people are asked to, by a day
mod reading; // someone has read a version

pub use accepted::{Attestation, SignIn};
pub use campaign::{Campaign, CampaignCommand, CampaignRefused, CampaignState, Reminder};
pub use reading::Reading;
