use std::net::IpAddr;

use super::{network::Ip, segment::Segment};
use crate::Transport;

/// An address and port.
pub(crate) type End = (IpAddr, u16);

/// What tells flows apart: transport and both ends, the lower one first, so that both directions have one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) transport: Transport,
    ends: Both<End>,
}

/// One of a flow's two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
}

/// One of something for each end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Both<T> {
    low: T,
    high: T,
}

impl Key {
    /// The key of a segment's flow, and which end sent it.
    pub(crate) fn of(ip: &Ip<'_>, segment: &Segment<'_>) -> (Self, Side) {
        let source = (ip.source, segment.source);
        let target = (ip.target, segment.target);
        let transport = segment.transport;
        if source <= target {
            (Self { transport, ends: Both { low: source, high: target } }, Side::Low)
        } else {
            (Self { transport, ends: Both { low: target, high: source } }, Side::High)
        }
    }

    pub(crate) fn end(&self, side: Side) -> End {
        *self.ends.of(side)
    }
}

impl Side {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Low => Self::High,
            Self::High => Self::Low,
        }
    }
}

impl<T> Both<T> {
    pub(crate) fn new(low: T, high: T) -> Self {
        Self { low, high }
    }

    pub(crate) fn of(&self, side: Side) -> &T {
        match side {
            Side::Low => &self.low,
            Side::High => &self.high,
        }
    }

    pub(crate) fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Low => &mut self.low,
            Side::High => &mut self.high,
        }
    }
}
