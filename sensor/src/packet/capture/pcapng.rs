use std::io::Read;

use super::{Fault, LONGEST, Order, source::Source};
use crate::packet::{Frame, cursor::size, unread::Unread};

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const PACKET: u32 = 6;

/// A block longer than this is not looked into.
const LONGEST_BLOCK: u32 = LONGEST + 65_536;
/// Interfaces of one section.
const MOST_INTERFACES: usize = 4096;

/// A file of sections and blocks (draft-ietf-opsawg-pcapng).
#[derive(Debug, Default)]
pub(crate) struct Pcapng {
    order: Option<Order>,
    interfaces: Vec<Interface>,
}

/// Where packets were captured.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u16,
    snap: u32,
    unit: Unit,
    /// Seconds to add to its times.
    offset: i64,
}

/// What its times are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// 10 to the minus this.
    Decimal(u32),
    /// 2 to the minus this.
    Binary(u32),
}

/// A packet block's place for its fields.
struct Fields<'a> {
    interface: usize,
    ticks: u64,
    captured: u32,
    length: u32,
    rest: &'a [u8],
}

impl Pcapng {
    pub(crate) fn next<'a, R: Read>(
        &mut self,
        source: &'a mut Source<R>,
    ) -> Result<Option<Frame<'a>>, Fault> {
        loop {
            let Some(head) = source.peek(8).map_err(Fault::Read)? else {
                return match source.is_at_end().map_err(Fault::Read)? {
                    true => Ok(None),
                    false => Err(Fault::File(Unread::FileCut)),
                };
            };
            let [kind, length] = *head.as_chunks::<4>().0 else { return Err(Fault::File(Unread::Record)) };
            if u32::from_be_bytes(kind) == SECTION {
                self.section(source)?;
                continue;
            }
            let order = self.order.ok_or(Fault::File(Unread::Record))?;
            let (kind, length) = (order.u32(kind), order.u32(length));
            if length < 12 || length % 4 != 0 {
                return Err(Fault::File(Unread::Record));
            }
            if !matches!(kind, INTERFACE | OLD_PACKET | SIMPLE_PACKET | PACKET) || length > LONGEST_BLOCK {
                skip(source, size(length))?;
                continue;
            }
            if kind == INTERFACE {
                let block =
                    source.take(size(length)).map_err(Fault::Read)?.ok_or(Fault::File(Unread::FileCut))?;
                self.interface(order, body(block))?;
                continue;
            }
            let block =
                source.take(size(length)).map_err(Fault::Read)?.ok_or(Fault::File(Unread::FileCut))?;
            return self.packet(order, kind, body(block)).map(Some);
        }
    }

    /// Begins a section, which may change the order of bytes and forgets the interfaces.
    fn section<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), Fault> {
        let head = source.peek(12).map_err(Fault::Read)?.ok_or(Fault::File(Unread::FileCut))?;
        let [_, length, magic] = *head.as_chunks::<4>().0 else { return Err(Fault::File(Unread::Record)) };
        let order = match magic {
            [0x1a, 0x2b, 0x3c, 0x4d] => Order::Big,
            [0x4d, 0x3c, 0x2b, 0x1a] => Order::Little,
            _ => return Err(Fault::File(Unread::Record)),
        };
        let length = order.u32(length);
        if length < 28 {
            return Err(Fault::File(Unread::Record));
        }
        skip(source, size(length))?;
        self.order = Some(order);
        self.interfaces.clear();
        Ok(())
    }

    fn interface(&mut self, order: Order, body: &[u8]) -> Result<(), Fault> {
        let [link, _, s0, s1] = *body.as_chunks::<2>().0.first_chunk().ok_or(Fault::File(Unread::Record))?;
        let ([a, b], [c, d]) = (s0, s1);
        let mut interface = Interface {
            link: order.u16(link),
            snap: order.u32([a, b, c, d]),
            unit: Unit::Decimal(6),
            offset: 0,
        };
        interface.options(order, body.get(8..).unwrap_or_default());
        if self.interfaces.len() >= MOST_INTERFACES {
            return Err(Fault::File(Unread::Record));
        }
        self.interfaces.push(interface);
        Ok(())
    }

    fn packet<'a>(&self, order: Order, kind: u32, body: &'a [u8]) -> Result<Frame<'a>, Fault> {
        let bad = || Fault::Packet(Unread::Record);
        let fields = match kind {
            SIMPLE_PACKET => self.simple(order, body),
            kind => fields(order, kind, body),
        }
        .ok_or_else(bad)?;
        let interface = self.interfaces.get(fields.interface).ok_or(Fault::Packet(Unread::Interface))?;
        let bytes = fields.rest.get(..size(fields.captured)).ok_or_else(bad)?;
        Ok(Frame {
            link: interface.link,
            at: interface.nanos(fields.ticks),
            bytes,
            length: fields.length.max(fields.captured),
        })
    }

    /// A packet of the first interface, without time.
    fn simple<'a>(&self, order: Order, body: &'a [u8]) -> Option<Fields<'a>> {
        let (length, rest) = body.split_first_chunk()?;
        let length = order.u32(*length);
        let snap = self.interfaces.first()?.snap;
        let captured = if snap == 0 { length } else { length.min(snap) };
        Some(Fields { interface: 0, ticks: 0, captured, length, rest })
    }
}

fn fields(order: Order, kind: u32, body: &[u8]) -> Option<Fields<'_>> {
    let (head, rest) = body.split_at_checked(20)?;
    let [interface, high, low, captured, length] = *head.as_chunks::<4>().0 else { return None };
    let interface = match (kind, interface) {
        // The old block has the interface in two bytes, and a count of drops after it.
        (OLD_PACKET, [a, b, _, _]) => order.u16([a, b]).into(),
        (_, interface) => order.u32(interface),
    };
    Some(Fields {
        interface: size(interface),
        ticks: u64::from(order.u32(high)) << 32 | u64::from(order.u32(low)),
        captured: order.u32(captured),
        length: order.u32(length),
        rest,
    })
}

impl Interface {
    fn options(&mut self, order: Order, mut options: &[u8]) {
        while let Some(([k0, k1, l0, l1], rest)) = options.split_first_chunk() {
            let length = usize::from(order.u16([*l0, *l1]));
            let Some(value) = rest.get(..length) else { return };
            match (order.u16([*k0, *k1]), value) {
                (0, _) => return,
                (9, [unit]) if unit & 0x80 != 0 => self.unit = Unit::Binary((unit & 0x7f).into()),
                (9, [unit]) => self.unit = Unit::Decimal((*unit).into()),
                (14, value) => {
                    self.offset = value.first_chunk().map_or(0, |offset| match order {
                        Order::Big => i64::from_be_bytes(*offset),
                        Order::Little => i64::from_le_bytes(*offset),
                    });
                }
                _ => {}
            }
            options = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }

    fn nanos(&self, ticks: u64) -> i64 {
        let ticks = u128::from(ticks) * 1_000_000_000;
        let nanos = match self.unit {
            Unit::Decimal(digits) => 10_u128.checked_pow(digits).map_or(0, |per_second| ticks / per_second),
            Unit::Binary(bits) => ticks.checked_shr(bits).unwrap_or(0),
        };
        let nanos = i64::try_from(nanos).unwrap_or(i64::MAX);
        nanos.saturating_add(self.offset.saturating_mul(1_000_000_000))
    }
}

/// A block without its type and its two lengths.
fn body(block: &[u8]) -> &[u8] {
    block.get(8..block.len().saturating_sub(4)).unwrap_or_default()
}

fn skip<R: Read>(source: &mut Source<R>, length: usize) -> Result<(), Fault> {
    match source.skip(length).map_err(Fault::Read)? {
        skipped if skipped == length => Ok(()),
        _ => Err(Fault::File(Unread::FileCut)),
    }
}
