use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use ipnet::IpNet;

/// Values by address range; the narrowest range that holds an address decides.
#[derive(Clone, Debug)]
pub(crate) struct Networks<T> {
    /// Ranges by prefix length, longest first: a lookup costs one probe for each length in use.
    by_length: BTreeMap<Reverse<u8>, HashMap<IpNet, T>>,
}

impl<T> Default for Networks<T> {
    fn default() -> Self {
        Self { by_length: BTreeMap::new() }
    }
}

impl<T> Networks<T> {
    /// Adds a range and gives back the value it had, if it had one.
    pub(crate) fn insert(&mut self, network: IpNet, value: T) -> Option<T> {
        self.by_length.entry(Reverse(network.prefix_len())).or_default().insert(network.trunc(), value)
    }

    pub(crate) fn find(&self, address: IpAddr) -> Option<&T> {
        let address = address.to_canonical(); // ::ffff:10.0.0.1 is 10.0.0.1
        self.by_length.iter().find_map(|(Reverse(length), ranges)| {
            let range = IpNet::new(address, *length).ok()?;
            ranges.get(&range.trunc())
        })
    }
}

/// Reads an address or a range: `10.0.0.7`, `10.0.0.0/24`, `fd00::/8`.
pub(crate) fn parse(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
