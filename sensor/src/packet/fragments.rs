use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    net::IpAddr,
};

use super::{
    network::{Fragment, Ip, Place},
    unread::Unread,
};

/// Fragments wait this long for the others (RFC 8200 §4.5 says 60 s; RFC 791 suggests 15), in nanoseconds.
const PATIENCE: i64 = 30_000_000_000;
/// Parts of one packet; an honest one has 45 at most.
const MOST_PARTS: usize = 200;
const LONGEST: usize = 65_535;
/// What a waiting packet costs beside its bytes.
const PACKET: usize = 200;

/// Puts packets together that were sent in parts, within a bound of memory.
#[derive(Debug)]
pub(crate) struct Fragments {
    bound: usize,
    held: usize,
    packets: HashMap<Key, Parts>,
    /// In the order in which they began.
    order: VecDeque<(i64, Key)>,
}

type Key = (IpAddr, IpAddr, u8, u32);

#[derive(Debug, Default)]
struct Parts {
    /// By offset: captured bytes, and the length on the wire.
    parts: BTreeMap<usize, (Box<[u8]>, usize)>,
    length: Option<usize>,
    began: i64,
}

/// A packet put together: its payload and the length that had on the wire.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    pub(crate) payload: Vec<u8>,
    pub(crate) length: usize,
}

/// What became of a fragment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Waits,
    Whole(Whole),
    Dropped(Unread),
}

impl Fragments {
    /// Room for about `bound` bytes.
    pub(crate) fn new(bound: usize) -> Self {
        Self { bound, held: 0, packets: HashMap::new(), order: VecDeque::new() }
    }

    /// Takes in a fragment at a time in nanoseconds.
    pub(crate) fn add(&mut self, ip: &Ip<'_>, fragment: Fragment, now: i64) -> Outcome {
        let key = (ip.source, ip.target, ip.protocol, fragment.id);
        let packet = self.packets.entry(key).or_insert_with(|| {
            self.order.push_back((now, key));
            self.held += PACKET;
            Parts { began: now, ..Parts::default() }
        });
        let before = packet.held();
        match packet.add(ip, fragment) {
            Ok(()) if packet.complete() => {
                self.held -= before + PACKET;
                self.packets.remove(&key).map_or(Outcome::Waits, |packet| Outcome::Whole(packet.join()))
            }
            Ok(()) => {
                self.held += packet.held() - before;
                Outcome::Waits
            }
            Err(reason) => {
                self.held -= before + PACKET;
                self.packets.remove(&key);
                Outcome::Dropped(reason)
            }
        }
    }

    /// Gives up what waited too long or has no room; says how many packets that were.
    pub(crate) fn expire(&mut self, now: i64) -> u64 {
        let mut lost = 0;
        while let Some((began, key)) = self.order.front().copied() {
            let waits = self.packets.get(&key).is_some_and(|packet| packet.began == began);
            if waits && now - began < PATIENCE && self.held <= self.bound {
                break;
            }
            self.order.pop_front();
            if waits && let Some(packet) = self.packets.remove(&key) {
                self.held -= packet.held() + PACKET;
                lost += 1;
            }
        }
        lost
    }

    /// Gives up everything; says how many packets that were.
    pub(crate) fn finish(&mut self) -> u64 {
        let lost = self.packets.len() as u64;
        *self = Self::new(self.bound);
        lost
    }
}

impl Parts {
    fn add(&mut self, ip: &Ip<'_>, fragment: Fragment) -> Result<(), Unread> {
        let end = fragment.offset + ip.length;
        if end > LONGEST || self.length.is_some_and(|length| end > length) || self.parts.len() >= MOST_PARTS {
            return Err(Unread::FragmentOverlap);
        }
        if fragment.place == Place::Last {
            let last = self.parts.iter().next_back().map_or(0, |(offset, (_, length))| offset + length);
            if last > end || self.length.is_some_and(|length| length != end) {
                return Err(Unread::FragmentOverlap);
            }
            self.length = Some(end);
        }
        if self.parts.get(&fragment.offset).is_some_and(|(_, length)| *length == ip.length) {
            return Ok(()); // sent twice
        }
        let before = self.parts.range(..=fragment.offset).next_back();
        let after = self.parts.range(fragment.offset..).next();
        if before.is_some_and(|(offset, (_, length))| offset + length > fragment.offset)
            || after.is_some_and(|(offset, _)| *offset < end)
        {
            // Never sent by honest stacks (RFC 5722).
            return Err(Unread::FragmentOverlap);
        }
        self.parts.insert(fragment.offset, (ip.payload.into(), ip.length));
        Ok(())
    }

    fn complete(&self) -> bool {
        self.length == Some(self.parts.values().map(|(_, length)| length).sum())
    }

    fn held(&self) -> usize {
        self.parts.values().map(|(bytes, _)| bytes.len() + 64).sum()
    }

    /// The payload, up to the first byte that was not captured.
    fn join(self) -> Whole {
        let length = self.length.unwrap_or_default();
        let mut payload = Vec::with_capacity(length);
        for (offset, (bytes, _)) in self.parts {
            if payload.len() != offset {
                break;
            }
            payload.extend_from_slice(&bytes);
        }
        Whole { payload, length }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn ip(payload: &[u8], id: u32, offset: usize, place: Place) -> Ip<'_> {
        Ip {
            headers: 20,
            source: Ipv4Addr::new(192, 0, 2, 1).into(),
            target: Ipv4Addr::new(192, 0, 2, 9).into(),
            protocol: 17,
            payload,
            length: payload.len(),
            fragment: Some(Fragment { id, offset, place }),
        }
    }

    fn add(fragments: &mut Fragments, id: u32, offset: usize, payload: &[u8], place: Place) -> Outcome {
        let ip = ip(payload, id, offset, place);
        fragments.add(&ip, ip.fragment.unwrap(), 0)
    }

    #[test]
    fn parts_come_in_any_order() {
        use Place::{Last, More};
        let parts = [(0, "abcdefgh", More), (8, "ijklmnop", More), (16, "qr", Last)];
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]] {
            let mut fragments = Fragments::new(10_000);
            let mut outcome = Outcome::Waits;
            for number in order {
                assert_eq!(outcome, Outcome::Waits);
                let (offset, payload, place) = parts[number];
                outcome = add(&mut fragments, 1, offset, payload.as_bytes(), place);
            }
            assert_eq!(
                outcome,
                Outcome::Whole(Whole { payload: b"abcdefghijklmnopqr".to_vec(), length: 18 })
            );
            assert_eq!(fragments.held, 0);
        }
    }

    #[test]
    fn overlaps_are_dropped() {
        let mut fragments = Fragments::new(10_000);
        assert_eq!(add(&mut fragments, 1, 0, &[0; 16], Place::More), Outcome::Waits);
        let outcome = add(&mut fragments, 1, 8, &[1; 16], Place::Last);
        assert_eq!(outcome, Outcome::Dropped(Unread::FragmentOverlap));
        assert_eq!(fragments.held, 0);
    }

    #[test]
    fn what_never_completes_is_given_up() {
        let mut fragments = Fragments::new(50_000);
        let mut lost = 0;
        for id in 0..1000 {
            add(&mut fragments, id, 8, &[0; 1000], Place::More);
            lost += fragments.expire(0);
            assert!(fragments.held <= 50_000 && fragments.order.len() < 100);
        }
        lost += fragments.expire(PATIENCE);
        assert_eq!((lost, fragments.held), (1000, 0));
    }
}
