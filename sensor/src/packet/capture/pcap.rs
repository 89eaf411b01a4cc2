use std::io::Read;

use super::{Fault, LONGEST, Order, source::Source};
use crate::packet::{Frame, cursor::size, unread::Unread};

/// A file of libpcap (draft-ietf-opsawg-pcap).
#[derive(Debug)]
pub(crate) struct Pcap {
    variant: Variant,
    /// Known once the file's header was read.
    link: Option<u16>,
}

/// What the first four bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    order: Order,
    /// Nanoseconds in the unit of fractions of a second.
    unit: i64,
    /// Bytes before each packet; patched versions of libpcap wrote eight more.
    header: usize,
}

const FILE_HEADER: usize = 24;

impl Variant {
    pub(crate) fn of(magic: [u8; 4]) -> Option<Self> {
        let variant = |order: Order| {
            let (unit, header) = match order.u32(magic) {
                0xa1b2_c3d4 => (1000, 16),
                0xa1b2_3c4d => (1, 16),
                0xa1b2_cd34 => (1000, 24),
                _ => return None,
            };
            Some(Self { order, unit, header })
        };
        variant(Order::Big).or_else(|| variant(Order::Little))
    }
}

impl Pcap {
    pub(crate) fn new(variant: Variant) -> Self {
        Self { variant, link: None }
    }

    pub(crate) fn next<'a, R: Read>(
        &mut self,
        source: &'a mut Source<R>,
    ) -> Result<Option<Frame<'a>>, Fault> {
        let link = self.link(source)?;
        let Variant { order, unit, header } = self.variant;
        let Some(fields) = source.peek(header).map_err(Fault::Read)? else {
            return match source.is_at_end().map_err(Fault::Read)? {
                true => Ok(None),
                false => Err(Fault::File(Unread::FileCut)),
            };
        };
        let (numbers, _) = fields.as_chunks::<4>();
        let [seconds, fraction, captured, length, ..] = *numbers else {
            return Err(Fault::File(Unread::Record));
        };
        let captured = order.u32(captured);
        if captured > LONGEST {
            return Err(Fault::File(Unread::Record));
        }
        let at = i64::from(order.u32(seconds)) * 1_000_000_000 + i64::from(order.u32(fraction)) * unit;
        let length = order.u32(length).max(captured);
        let record = source.take(header + size(captured)).map_err(Fault::Read)?;
        let bytes = record.and_then(|record| record.get(header..)).ok_or(Fault::File(Unread::FileCut))?;
        Ok(Some(Frame { link, at, bytes, length }))
    }

    fn link<R: Read>(&mut self, source: &mut Source<R>) -> Result<u16, Fault> {
        if let Some(link) = self.link {
            return Ok(link);
        }
        let header = source.take(FILE_HEADER).map_err(Fault::Read)?.ok_or(Fault::File(Unread::FileCut))?;
        let (numbers, _) = header.as_chunks::<4>();
        let field = numbers.last().copied().unwrap_or_default();
        // The upper half says how checksums of frames stand there.
        let link = (self.variant.order.u32(field) & 0xffff) as u16;
        self.link = Some(link);
        Ok(link)
    }
}
