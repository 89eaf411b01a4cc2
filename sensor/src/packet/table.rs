use std::collections::HashMap;

use super::{flow::Flow, key::Key};

/// The flows under way, each in one of two queues in the order of their last packet.
///
/// Every operation takes the same time however many there are.
#[derive(Debug, Default)]
pub(crate) struct Table {
    places: HashMap<Key, u32>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    open: Ends,
    closing: Ends,
}

/// Which flows wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// For more packets.
    Open,
    /// Ended; late packets may come.
    Closing,
}

#[derive(Debug)]
struct Slot {
    flow: Option<Flow>,
    queue: Queue,
    before: u32,
    after: u32,
}

/// First and last of a queue.
#[derive(Debug)]
struct Ends {
    first: u32,
    last: u32,
}

const NONE: u32 = u32::MAX;

impl Default for Ends {
    fn default() -> Self {
        Self { first: NONE, last: NONE }
    }
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn find(&self, key: &Key) -> Option<u32> {
        self.places.get(key).copied()
    }

    pub(crate) fn get(&self, place: u32) -> Option<&Flow> {
        self.slot(place)?.flow.as_ref()
    }

    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut Flow> {
        self.slot_mut(place)?.flow.as_mut()
    }

    /// Adds a flow that is not there, as the latest of its queue.
    pub(crate) fn insert(&mut self, flow: Flow) -> u32 {
        let key = flow.key;
        let slot = Slot { flow: Some(flow), queue: Queue::Open, before: NONE, after: NONE };
        let place = match self.free.pop() {
            Some(place) => {
                if let Some(old) = self.slot_mut(place) {
                    *old = slot;
                }
                place
            }
            None => {
                self.slots.push(slot);
                u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
            }
        };
        self.places.insert(key, place);
        self.append(place, Queue::Open);
        place
    }

    /// Makes a flow the latest of its queue, or of the other one.
    pub(crate) fn touch(&mut self, place: u32, queue: Queue) {
        if self.ends(queue).last == place {
            return;
        }
        self.unlink(place);
        self.append(place, queue);
    }

    pub(crate) fn queue(&self, place: u32) -> Option<Queue> {
        self.slot(place).map(|slot| slot.queue)
    }

    /// The flow of a queue whose last packet is the longest ago.
    pub(crate) fn oldest(&self, queue: Queue) -> Option<u32> {
        let ends = match queue {
            Queue::Open => &self.open,
            Queue::Closing => &self.closing,
        };
        (ends.first != NONE).then_some(ends.first)
    }

    pub(crate) fn remove(&mut self, place: u32) -> Option<Flow> {
        self.unlink(place);
        let flow = self.slot_mut(place)?.flow.take()?;
        self.places.remove(&flow.key);
        self.free.push(place);
        Some(flow)
    }

    fn slot(&self, place: u32) -> Option<&Slot> {
        self.slots.get(usize::try_from(place).ok()?)
    }

    fn slot_mut(&mut self, place: u32) -> Option<&mut Slot> {
        self.slots.get_mut(usize::try_from(place).ok()?)
    }

    fn ends(&mut self, queue: Queue) -> &mut Ends {
        match queue {
            Queue::Open => &mut self.open,
            Queue::Closing => &mut self.closing,
        }
    }

    fn append(&mut self, place: u32, queue: Queue) {
        let before = std::mem::replace(&mut self.ends(queue).last, place);
        match self.slot_mut(before) {
            Some(before) => before.after = place,
            None => self.ends(queue).first = place,
        }
        if let Some(slot) = self.slot_mut(place) {
            (slot.queue, slot.before, slot.after) = (queue, before, NONE);
        }
    }

    fn unlink(&mut self, place: u32) {
        let Some(slot) = self.slot(place) else { return };
        let (queue, before, after) = (slot.queue, slot.before, slot.after);
        match self.slot_mut(before) {
            Some(slot) => slot.after = after,
            None => self.ends(queue).first = after,
        }
        match self.slot_mut(after) {
            Some(slot) => slot.before = before,
            None => self.ends(queue).last = before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::flow::tests::flow;

    fn order(table: &mut Table, queue: Queue) -> Vec<u16> {
        let mut ports = Vec::new();
        while let Some(place) = table.oldest(queue) {
            ports.extend(table.remove(place).map(|flow| flow.client_end().1));
        }
        ports
    }

    #[test]
    fn the_oldest_are_those_whose_last_packet_is_longest_ago() {
        let mut table = Table::default();
        let places: Vec<u32> = (5001..=5005).map(|port| table.insert(flow(port))).collect();
        table.touch(places[0], Queue::Open);
        table.touch(places[2], Queue::Closing);
        table.touch(places[4], Queue::Closing);
        table.touch(places[2], Queue::Closing);
        assert_eq!(table.find(&flow(5002).key), Some(places[1]));
        assert_eq!(order(&mut table, Queue::Closing), [5005, 5003]);
        assert_eq!(order(&mut table, Queue::Open), [5002, 5004, 5001]);
        assert_eq!(table.len(), 0);
    }

    #[test]
    fn places_are_used_again() {
        let mut table = Table::default();
        for round in 0..100 {
            let place = table.insert(flow(5000 + round));
            assert_eq!(table.queue(place), Some(Queue::Open));
            table.touch(place, Queue::Closing);
            assert!(table.remove(place).is_some() && table.remove(place).is_none());
        }
        assert_eq!(table.slots.len(), 1);
    }
}
