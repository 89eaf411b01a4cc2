use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The few things a person was last seen with, each with its first and last day. What was not met for longest makes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Familiar<const N: usize> {
    keys: [u32; N],
    /// First and last day, from the beginning of 1970; up to the year 2149.
    days: [(u16, u16); N],
}

/// A meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Met {
    /// Whether it was known before.
    pub known: bool,
    /// Days since the first meeting.
    pub age: i32,
}

impl<const N: usize> Default for Familiar<N> {
    fn default() -> Self {
        Self { keys: [0; N], days: [(0, 0); N] }
    }
}

impl<const N: usize> Familiar<N> {
    /// Meets something; 0 is nothing and always known.
    pub(crate) fn meet(&mut self, key: u32, day: i32) -> Met {
        let today = day.clamp(0, i32::from(u16::MAX)) as u16;
        if let Some((_, (first, last))) =
            self.keys.iter().zip(&mut self.days).find(|(known, _)| **known == key)
        {
            *last = today.max(*last);
            return Met {
                known: true,
                age: if key == 0 { i32::MAX } else { i32::from(today.saturating_sub(*first)) },
            };
        }
        let places = self.keys.iter_mut().zip(&mut self.days);
        if let Some((place, days)) = places.min_by_key(|(key, (_, last))| (**key != 0, *last)) {
            (*place, *days) = (key, (today, today));
        }
        Met { known: false, age: 0 }
    }

    /// Everything known, with first and last day.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, i32, i32)> {
        let known = self.keys.iter().zip(&self.days).filter(|(key, _)| **key != 0);
        known.map(|(key, (first, last))| (*key, i32::from(*first), i32::from(*last)))
    }
}

impl<const N: usize> Serialize for Familiar<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all: Vec<(u32, (u16, u16))> = self.keys.iter().copied().zip(self.days).collect();
        all.serialize(serializer)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Familiar<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = <Vec<(u32, (u16, u16))>>::deserialize(deserializer)?;
        let mut familiar = Self::default();
        let places = familiar.keys.iter_mut().zip(&mut familiar.days);
        places.zip(all).for_each(|((key, days), one)| (*key, *days) = one);
        Ok(familiar)
    }
}

#[cfg(test)]
mod tests {
    use super::{Familiar, Met};

    #[test]
    fn the_longest_unmet_makes_room() {
        let mut familiar = Familiar::<2>::default();
        for (key, day, known, age) in [
            (7, 1, false, 0),
            (8, 2, false, 0),
            (7, 9, true, 8),
            (9, 10, false, 0), // in place of 8
            (8, 11, false, 0), // in place of 7
            (9, 12, true, 2),
        ] {
            assert_eq!(familiar.meet(key, day), Met { known, age }, "{key} on {day}");
        }
    }
}
