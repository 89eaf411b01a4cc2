use serde::{Deserialize, Serialize};

use crate::{Family, Unit};

/// How many channels there are.
pub(crate) const CHANNELS: usize = Channel::ALL.len();
/// How many families there are.
pub(crate) const FAMILIES: usize = Family::ALL.len();

/// One measure of an entity's day, learned and compared by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum Channel {
    Exchanges,
    Up,
    Down,
    Files,
    Sensitive,
    Exposure,
    SensitiveFiles,
    ExposureBurst,
    PersonalBytes,
    PersonalSensitive,
    PersonalExchanges,
    NovelBytes,
    NovelExchanges,
    NovelSensitive,
    OwnNew,
    OddHours,
    OddExchanges,
    Labels,
    Regular,
    Burst,
    NewNetwork,
    NewDevice,
    NewPlace,
    TwoPlaces,
    NewClient,
    Adopters,
    Attacks,
    Retries,
    NewDocuments,
    DocumentParts,
}

impl Channel {
    pub(crate) const ALL: [Self; 30] = [
        Self::Exchanges,
        Self::Up,
        Self::Down,
        Self::Files,
        Self::Sensitive,
        Self::Exposure,
        Self::SensitiveFiles,
        Self::ExposureBurst,
        Self::PersonalBytes,
        Self::PersonalSensitive,
        Self::PersonalExchanges,
        Self::NovelBytes,
        Self::NovelExchanges,
        Self::NovelSensitive,
        Self::OwnNew,
        Self::OddHours,
        Self::OddExchanges,
        Self::Labels,
        Self::Regular,
        Self::Burst,
        Self::NewNetwork,
        Self::NewDevice,
        Self::NewPlace,
        Self::TwoPlaces,
        Self::NewClient,
        Self::Adopters,
        Self::Attacks,
        Self::Retries,
        Self::NewDocuments,
        Self::DocumentParts,
    ];

    /// The word in reasons.
    pub(crate) const fn as_str(self) -> &'static str {
        self.about().0
    }

    pub(crate) const fn family(self) -> Family {
        self.about().1
    }

    pub(crate) const fn unit(self) -> Unit {
        self.about().2
    }

    /// What counts for little: the size at which the logarithm begins to grow.
    pub(crate) const fn scale(self) -> f32 {
        match self.unit() {
            Unit::Bytes => 1024.0,
            _ => 1.0,
        }
    }

    /// Whether a standing difference from peers in it says anything about risk.
    pub(crate) const fn is_standing(self) -> bool {
        matches!(
            self,
            Self::Exposure
                | Self::SensitiveFiles
                | Self::PersonalBytes
                | Self::PersonalSensitive
                | Self::NovelSensitive
        )
    }

    /// Name, family and unit.
    const fn about(self) -> (&'static str, Family, Unit) {
        match self {
            Self::Exchanges => ("exchanges", Family::Count, Unit::Exchanges),
            Self::Up => ("bytes_up", Family::Bytes, Unit::Bytes),
            Self::Down => ("bytes_down", Family::Down, Unit::Bytes),
            Self::Files => ("files", Family::Bytes, Unit::Exchanges),
            Self::Sensitive => ("sensitive_bytes", Family::Sens, Unit::Bytes),
            Self::Exposure => ("exposed_bytes", Family::Sens, Unit::Bytes),
            Self::SensitiveFiles => ("sensitive_files", Family::Sens, Unit::Exchanges),
            Self::ExposureBurst => ("exposed_in_ten_minutes", Family::Sens, Unit::Bytes),
            Self::PersonalBytes => ("personal_bytes", Family::Pers, Unit::Bytes),
            Self::PersonalSensitive => ("personal_sensitive_bytes", Family::Pers, Unit::Bytes),
            Self::PersonalExchanges => ("personal_exchanges", Family::Pers, Unit::Exchanges),
            Self::NovelBytes => ("new_tool_bytes", Family::Novel, Unit::Bytes),
            Self::NovelExchanges => ("new_tool_exchanges", Family::Novel, Unit::Exchanges),
            Self::NovelSensitive => ("new_tool_sensitive_bytes", Family::Novel, Unit::Bytes),
            Self::OwnNew => ("first_use_exchanges", Family::Novel, Unit::Exchanges),
            Self::OddHours => ("odd_hours", Family::Hour, Unit::Nats),
            Self::OddExchanges => ("odd_hour_exchanges", Family::Hour, Unit::Exchanges),
            Self::Labels => ("labels", Family::Cat, Unit::Nats),
            Self::Regular => ("regular_intervals", Family::Regular, Unit::Exchanges),
            Self::Burst => ("ten_minutes", Family::Burst, Unit::Exchanges),
            Self::NewNetwork => ("new_network", Family::Asn, Unit::Exchanges),
            Self::NewDevice => ("new_device", Family::Asn, Unit::Exchanges),
            Self::NewPlace => ("new_device_and_network", Family::Asn, Unit::Exchanges),
            Self::TwoPlaces => ("two_places", Family::Asn, Unit::Exchanges),
            Self::NewClient => ("new_client", Family::Client, Unit::Exchanges),
            Self::Adopters => ("adopters", Family::Svc, Unit::People),
            Self::Attacks => ("attacks", Family::Probing, Unit::Exchanges),
            Self::Retries => ("retries_after_a_stop", Family::Evasion, Unit::Exchanges),
            Self::NewDocuments => ("new_documents", Family::Doc, Unit::Exchanges),
            Self::DocumentParts => ("document_parts", Family::Doc, Unit::Exchanges),
        }
    }
}

/// One value for each channel, in the order of [`Channel::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PerChannel<T>(pub(crate) [T; CHANNELS]);

impl<T: Copy + Default> Default for PerChannel<T> {
    fn default() -> Self {
        Self([T::default(); CHANNELS])
    }
}

impl<T: Copy + Default> PerChannel<T> {
    pub(crate) fn get(&self, channel: Channel) -> T {
        self.0.get(channel as usize).copied().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, channel: Channel, value: T) {
        if let Some(place) = self.0.get_mut(channel as usize) {
            *place = value;
        }
    }
}

impl PerChannel<f32> {
    pub(crate) fn add(&mut self, channel: Channel, value: f32) {
        if let Some(place) = self.0.get_mut(channel as usize) {
            *place += value;
        }
    }

    pub(crate) fn at_least(&mut self, channel: Channel, value: f32) {
        if let Some(place) = self.0.get_mut(channel as usize) {
            *place = place.max(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHANNELS, Channel};
    use crate::Family;

    #[test]
    fn channels_and_families_stand_at_their_numbers() {
        assert!(Channel::ALL.iter().enumerate().all(|(at, channel)| *channel as usize == at));
        assert!(Family::ALL.iter().enumerate().all(|(at, family)| *family as usize == at));
        let mut names: Vec<_> = Channel::ALL.map(Channel::as_str).into();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHANNELS);
    }
}
