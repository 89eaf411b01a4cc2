use std::collections::{HashMap, VecDeque};

use super::hello::{ClientHello, EchOffer};
use crate::Ech;

/// Public names that providers put on the outside of hidden hellos, as their published configurations say:
/// Cloudflare (<https://developers.cloudflare.com/ssl/edge-certificates/ech/>) and the test servers of DEfO and tls-ech.dev.
const KNOWN: [&str; 3] = ["cloudflare-ech.com", "cover.defo.ie", "public.tls-ech.dev"];

/// Names learnt from DNS; more are not kept.
const MOST: usize = 1000;

/// Names under which Encrypted Client Hello hides others, as HTTPS records in the capture said.
#[derive(Debug, Default)]
pub(crate) struct PublicNames {
    configs: HashMap<Box<str>, Vec<u8>>,
    order: VecDeque<Box<str>>,
}

impl PublicNames {
    /// Keeps that a configuration of this number hides names behind `name`.
    pub(crate) fn learn(&mut self, name: &str, config: u8) {
        if let Some(configs) = self.configs.get_mut(name) {
            if !configs.contains(&config) {
                configs.push(config);
            }
            return;
        }
        if self.order.len() >= MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.configs.remove(&oldest);
        }
        self.order.push_back(name.into());
        self.configs.insert(name.into(), vec![config]);
    }

    fn has(&self, name: &str, config: u8) -> bool {
        self.configs.get(name).is_some_and(|configs| configs.contains(&config))
    }
}

/// Whether a hello hides its name.
///
/// A decoy is made so that its bytes tell nothing (RFC 9849 §6.2). What tells is the name on the outside: a hidden hello
/// bears the public name of its provider, a decoy the real one. So a name is taken as public if it is known as such or
/// if DNS gave out a configuration with this name and number; everything else is taken as a decoy.
pub(crate) fn judge(hello: &ClientHello, host: Option<&str>, public: &PublicNames) -> Ech {
    match (hello.ech, host) {
        (None, _) => Ech::None,
        (Some(EchOffer::Name), _) => Ech::Hidden,
        (Some(EchOffer::Outer { config }), Some(host))
            if KNOWN.contains(&host) || public.has(host, config) =>
        {
            Ech::Hidden
        }
        (Some(EchOffer::Outer { .. } | EchOffer::Inner), _) => Ech::Grease,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ech: Option<EchOffer>, host: &str, expected: Ech) {
        let mut public = PublicNames::default();
        public.learn("outside.example", 7);
        let hello = ClientHello { ech, ..ClientHello::default() };
        assert_eq!(judge(&hello, Some(host), &public), expected);
    }

    #[test]
    fn the_outer_name_tells() {
        let outer = |config| Some(EchOffer::Outer { config });
        check(None, "cloudflare-ech.com", Ech::None);
        check(outer(3), "cloudflare-ech.com", Ech::Hidden);
        check(outer(7), "outside.example", Ech::Hidden);
        check(outer(8), "outside.example", Ech::Grease);
        check(outer(7), "chatgpt.com", Ech::Grease);
        check(Some(EchOffer::Inner), "cloudflare-ech.com", Ech::Grease);
        check(Some(EchOffer::Name), "", Ech::Hidden);
    }

    #[test]
    fn what_is_learnt_is_bounded() {
        let mut public = PublicNames::default();
        for number in 0..MOST * 3 {
            public.learn(&format!("{number}.example"), 1);
        }
        assert_eq!((public.configs.len(), public.order.len()), (MOST, MOST));
    }
}
